namespace LumenLink.Rendezvous.Follow;

/// <summary>What newcomers read of each step: one home for the API, the command line and the dashboard.</summary>
internal static class JourneyWords
{
    /// <summary>The step in a word or two.</summary>
    public static string Title(JourneyPart part) => part switch
    {
        JourneyPart.Radio => "Radio window",
        JourneyPart.Record => "Record on the beacon",
        JourneyPart.Frame => "Bytes on the wire",
        JourneyPart.Seal => "Who sent it",
        JourneyPart.Decision => "Decision and commit",
        JourneyPart.Receipt => "Receipt",
        JourneyPart.Rows => "Rows in the store",
        _ => "Answer of the API",
    };

    /// <summary>What the step is for.</summary>
    public static string Explanation(JourneyPart part) => part switch
    {
        JourneyPart.Radio =>
            "A beacon's radio advertises or scans, never both at once. What it hears in a scan window is a sighting; "
            + "unless the operator chose raw addresses, the beacon turns each into the pseudonym of a day at once.",
        JourneyPart.Record =>
            "Windows become a record. Beacon, boot and sequence name it for ever: that is how the service stores it "
            + "once, however often it comes.",
        JourneyPart.Frame =>
            "Records travel in frames over MQTT or HTTP. Every send is sealed anew, so a record outlives sessions and "
            + "reboots.",
        JourneyPart.Seal =>
            "A beacon proves itself once a session, with a signature of its key over fresh nonces; after that each "
            + "frame carries a tag under the session's key. Nothing is believed before the tag is checked.",
        JourneyPart.Decision =>
            "Each record is decided by itself, and the whole batch commits in one durable transaction.",
        JourneyPart.Receipt =>
            "Only a receipt, sealed after the commit, lets the beacon forget a record. MQTT's acknowledgement proves "
            + "nothing.",
        JourneyPart.Rows =>
            "What the store holds. Each row carries its tenant, and the API's database role sees rows of the caller's "
            + "tenant alone.",
        _ => "What an application sees of it, made by the code that answers the call.",
    };

    /// <summary>Whose clock told a time.</summary>
    public static string Label(JourneyClock clock) => clock switch
    {
        JourneyClock.Device => "the beacon's clock",
        JourneyClock.DeviceUptime => "the beacon's uptime, placed by the service",
        _ => "the service's clock",
    };
}
