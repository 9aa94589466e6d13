using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using LumenLink.Protocol;
using LumenLink.Rendezvous.Registry;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Follow;

/// <summary>What is followed: a sighting by its id, or a record by its name. One of the two is set.</summary>
/// <param name="Sighting">The id of a sighting, as the list of sightings shows it.</param>
/// <param name="Record">A record.</param>
internal sealed record JourneyId(long? Sighting, RecordName? Record)
{
    /// <summary>What a text must be; begins in the midst of a sentence.</summary>
    public const string Form = "the id of a sighting, as GET /api/v1/sightings shows it, or a record's "
        + "beacon:boot:sequence";

    /// <summary>The forms as a regular expression, for the description.</summary>
    public const string Pattern = "^([1-9][0-9]{0,18}|[A-Za-z0-9_-]{11}:[1-9][0-9]{0,6}:[1-9][0-9]{0,7})$";

    private const int MaxDigits = 19;

    /// <summary>Reads one of the two forms, each of which has one text only.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="id">What it names.</param>
    /// <param name="fault">What is wrong, as the end of a sentence that begins with the parameter's name.</param>
    public static bool TryParse(
        string text, [NotNullWhen(true)] out JourneyId? id, [NotNullWhen(false)] out string? fault)
    {
        (id, fault) = text.Split(':') switch
        {
            [string number] => Number(number, long.MaxValue) is { } row
                ? (new JourneyId(row, null), null)
                : (null, $"must be {Form}"),
            [string beacon, string boot, string sequence] => OfRecord(beacon, boot, sequence),
            _ => ((JourneyId?)null, $"must be {Form}"),
        };
        return id is not null;
    }

    private static (JourneyId? Id, string? Fault) OfRecord(string beacon, string boot, string sequence)
    {
        if (!BeaconId.TryParse(beacon, out BeaconId of))
            return (null, $"must begin with a beacon id of {BeaconId.TextLength} characters");
        if (Number(boot, WireLimits.MaxBoot) is not { } ofBoot)
            return (null, FormattableString.Invariant($"must have a boot from 1 to {WireLimits.MaxBoot}"));
        if (Number(sequence, WireLimits.MaxSequence) is not { } number)
            return (null, FormattableString.Invariant($"must have a sequence from 1 to {WireLimits.MaxSequence}"));
        return (new JourneyId(null, new RecordName(of, (uint)ofBoot, (uint)number)), null);
    }

    /// <summary>Digits without leading zeros; null for anything else, and beyond the bound.</summary>
    private static long? Number(string text, long maximum) =>
        text.Length is > 0 and <= MaxDigits && text[0] != '0' && text.All(char.IsAsciiDigit)
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long value) && value <= maximum
            ? value
            : null;
}
