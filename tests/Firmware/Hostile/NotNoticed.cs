namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>What stands for no hostile frame alone, each with its reason.</summary>
internal static class NotNoticed
{
    /// <summary>Checks whose absence no frame notices.</summary>
    internal static Dictionary<string, string> Checks { get; } = new()
    {
        ["AttestationResultFrame.Check: end - at < WrappedSecret.HeaderSize"] =
            "the length byte would be one of the tag's, and too large in any case: read only when it is there",
        ["AttestationResultFrame.Check: buffer[at + 1] > end - at - WrappedSecret.HeaderSize"] =
            "what runs past the end is found behind the last secret, too: here before its size is looked at",
        ["Extensions.Check: at > end"] = "the fields before have checked the room: the walk does not depend on them",
        ["Extensions.Check: end - at < HeaderSize"] =
            "down, something follows the extensions and any length is too large; a Hello ends with them",
        ["FrameHeader.Check: offset < 0"] = "a beacon's frames start at offset 0: the reader is the service's, too",
        ["FrameHeader.Check: offset > buffer.Length - count"] =
            "a beacon's frames fill their arrays: the reader is the service's, too",
        ["SecretStore.TakeEidKey: isSame"] = "refuses nothing: the same key again changes nothing, and wears no flash",
        ["ServiceSignatureCheck.Check: certificate.Usage != usage"] =
            "the frame's reader has refused it: trust does not depend on which reader came before",
        ["Session.Opens: _header.Read(frame, 0, count) != WireError.None"] =
            "who calls has read the header: an error leaves the session number of another frame",
        ["AttestationRun.OnResult: session == null"] =
            "an accepted result leaves a session, which the compiler does not know",
        ["FrameInbox.Put: frame.Length > WireLimits.MaxFrameBytes"] =
            "the header is refused as too long: so that memory is not held until then",
        ["UplinkMachine.HandleFrame: _header.Read(frame, 0, frame.Length) != WireError.None"] =
            "each reader refuses the same header: without it the type would be another frame's",
        ["UplinkMachine.HandleControl: session == null"] =
            "without a session nothing opens, which the compiler does not know",
    };

    /// <summary>Methods of the device that name an outcome and are not in
    /// <see cref="DeviceSources.Checked"/>.</summary>
    internal static Dictionary<string, string> Methods { get; } = new()
    {
        ["AttestationExchange.Answer"] = "the frame is believed by then; it names what the chip makes of it",
        ["AttestationExchange.Check"] = "asks the check of signatures",
        ["ServiceSignatureCheck.Verify"] = "names what the chip says; who asks it is in the list",
    };

    /// <summary>Frames that get through whichever single check is gone, or are refused where there is none.</summary>
    internal static Dictionary<string, string> Frames { get; } = new()
    {
        ["an unsigned refusal"] = "it is taken for what it is: back-off, and nothing else",
        ["a receipt that comes again"] = "what it names is settled already",
        ["a result that ends in the head of a secret"] = "three checks of lengths, each of which finds it",
        ["a result whose secret runs into its tag"] = "two checks of lengths",
        ["a configuration that the chip could not check"] = "the chip says so",
        ["a frame of no known type"] = "no branch takes it",
        ["records that come down"] = "no branch takes them",
        ["bytes that are no frame"] = "every reader refuses them",
        ["a frame that is too long, and one that has it counted"] = "inbox and header",
        ["a result that comes again when receipts stay out"] = "stage and tag",
    };
}
