using LumenLink.Protocol;
using LumenLink.Rendezvous.Query;
using Sighting = LumenLink.Rendezvous.Query.Sighting;

namespace LumenLink.Rendezvous.Follow;

/// <summary>The parts of a journey, in their order.</summary>
internal enum JourneyPart
{
    /// <summary>The radio heard something.</summary>
    Radio,

    /// <summary>The beacon made a record of it.</summary>
    Record,

    /// <summary>The record's bytes went in a frame.</summary>
    Frame,

    /// <summary>The service checked who sent it.</summary>
    Seal,

    /// <summary>The service decided and committed.</summary>
    Decision,

    /// <summary>The beacon was told.</summary>
    Receipt,

    /// <summary>The rows of the store.</summary>
    Rows,

    /// <summary>The answer of the API that shows them.</summary>
    Answer,
}

/// <summary>Whose clock told a time.</summary>
internal enum JourneyClock
{
    /// <summary>The beacon's, set.</summary>
    Device,

    /// <summary>The service's, less what the beacon's uptime says has passed.</summary>
    DeviceUptime,

    /// <summary>The service's.</summary>
    Service,
}

/// <summary>A moment of a step.</summary>
/// <param name="Name">What happened then.</param>
/// <param name="At">When.</param>
/// <param name="Clock">Whose clock says so.</param>
internal sealed record JourneyTime(string Name, DateTimeOffset At, JourneyClock Clock);

/// <summary>A fact of a step.</summary>
/// <param name="Name">Name of a field in shared-protocol/README.md or of a column, else plain words.</param>
/// <param name="Value">Its value for people.</param>
internal sealed record JourneyFact(string Name, string Value);

/// <summary>A range of the bytes of a record.</summary>
/// <param name="Offset">Its first byte.</param>
/// <param name="Length">Its bytes; 0 for what bits of the field before say.</param>
/// <param name="Field">Name of the field.</param>
/// <param name="Value">Its value, by the decoder of lumen decode.</param>
internal sealed record JourneyField(int Offset, int Length, string Field, string Value)
{
    public static JourneyField Of(FrameField field) => new(field.Offset, field.Length, field.Name, field.Value);
}

/// <summary>The bytes of a record.</summary>
/// <param name="EncodedAgain">True: made from the rows now. The bytes that came are not kept.</param>
/// <param name="SameAsCame">Whether they are those that came, by the fingerprint; null when that is not kept.</param>
/// <param name="Hex">The bytes, two hexadecimal digits each.</param>
/// <param name="Fields">What they say.</param>
internal sealed record JourneyBytes(
    bool EncodedAgain, bool? SameAsCame, string Hex, IReadOnlyList<JourneyField> Fields);

/// <summary>A row of the store.</summary>
/// <param name="Table">Table or partition.</param>
/// <param name="Key">Its key.</param>
/// <param name="Columns">Columns and their values.</param>
internal sealed record JourneyRow(string Table, string Key, IReadOnlyList<JourneyFact> Columns);

/// <summary>What the API answers.</summary>
/// <param name="Link">The call that answers so.</param>
/// <param name="Sightings">Its items when they are sightings.</param>
/// <param name="Status">Its item when it is a status.</param>
internal sealed record JourneyAnswer(string Link, IReadOnlyList<Sighting> Sightings, StatusRecord? Status);

/// <summary>One step of a journey.</summary>
/// <param name="Part">Which.</param>
/// <param name="Happened">What happened, one sentence.</param>
/// <param name="Kept">False when the store does not keep what the step is about.</param>
/// <param name="NotKept">What is not kept and why; null when all is.</param>
/// <param name="Document">Where it is specified or explained, in the repository.</param>
/// <param name="Times">Its moments, oldest first.</param>
/// <param name="Facts">What is known of it.</param>
/// <param name="Bytes">The bytes of the record; of the frame's step only.</param>
/// <param name="Rows">Rows of the store; of their step only.</param>
/// <param name="Answer">What the API answers; of the last step only.</param>
internal sealed record JourneyStep(
    JourneyPart Part, string Happened, bool Kept, string? NotKept, string Document, IReadOnlyList<JourneyTime> Times,
    IReadOnlyList<JourneyFact> Facts, JourneyBytes? Bytes = null, IReadOnlyList<JourneyRow>? Rows = null,
    JourneyAnswer? Answer = null)
{
    /// <summary>The step in a word or two.</summary>
    public string Title => JourneyWords.Title(Part);

    /// <summary>What the step is for.</summary>
    public string Explanation => JourneyWords.Explanation(Part);
}

/// <summary>One sighting or record from the radio to the answer of the API.</summary>
/// <param name="Record">The record, beacon:boot:sequence.</param>
/// <param name="Sighting">Id of the sighting that is followed; null when it is the record.</param>
/// <param name="Beacon">The beacon's id.</param>
/// <param name="BeaconName">Its name for people.</param>
/// <param name="Steps">What happened, in order.</param>
internal sealed record Journey(
    string Record, string? Sighting, string Beacon, string BeaconName, IReadOnlyList<JourneyStep> Steps);
