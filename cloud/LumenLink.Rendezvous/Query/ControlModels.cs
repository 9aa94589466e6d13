using LumenLink.Protocol;
using LumenLink.Rendezvous.Control;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Query;

/// <summary>What a beacon is to do.</summary>
/// <param name="Command">identify, rescan, reattest, reboot or send_diagnostics.</param>
/// <param name="Argument">Seconds to identify, at most 600; else 0 or left out.</param>
/// <param name="ExpiresInS">
/// Seconds from now on after which it is not carried out any more; an hour if left out.
/// </param>
internal sealed record CommandRequest(string Command, int? Argument = null, int? ExpiresInS = null);

/// <summary>Settings of a beacon, instead of those of an earlier configuration.</summary>
/// <param name="Settings">Values by key; a key that is not here is as the beacon was deployed.</param>
internal sealed record ConfigurationRequest(Dictionary<string, string> Settings);

/// <summary>A command.</summary>
/// <param name="Id">Its number among those of its beacon.</param>
/// <param name="Name">What to do.</param>
/// <param name="Argument">What the command says of it.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Meaning">The same in plain words.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="ExpiresAt">From then on it is not carried out any more.</param>
/// <param name="SentCount">How often it was sent.</param>
/// <param name="SentAt">When it was sent last.</param>
/// <param name="AckedAt">When the beacon said what became of it.</param>
/// <param name="Outcome">What it said; null before, and for a number that this build does not know.</param>
/// <param name="Detail">What it added.</param>
internal sealed record Command(
    long Id, BeaconCommand Name, int Argument, CommandState State, string Meaning, DateTimeOffset CreatedAt,
    string RequestedBy, DateTimeOffset ExpiresAt, int SentCount, DateTimeOffset? SentAt, DateTimeOffset? AckedAt,
    ControlOutcome? Outcome, string Detail)
{
    public static Command Of(CommandView view, DateTimeOffset now) => new(
        view.Id, view.Command, view.Argument, ControlWords.StateOf(view, now), ControlWords.Meaning(view, now),
        view.Delivery.CreatedAt, view.Delivery.RequestedBy, view.ExpiresAt, view.Delivery.SentCount,
        view.Delivery.SentAt, view.Delivery.AckedAt, Known(view.Delivery.Outcome), view.Delivery.Detail);

    internal static ControlOutcome? Known(ControlOutcome? outcome) =>
        outcome is { } said && Enum.IsDefined(said) ? said : null;
}

/// <summary>A configuration.</summary>
/// <param name="Version">Its number among those of its beacon.</param>
/// <param name="Settings">Values by key.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Meaning">The same in plain words.</param>
/// <param name="CreatedAt">When it was asked for.</param>
/// <param name="RequestedBy">Who asked.</param>
/// <param name="SentCount">How often it was sent.</param>
/// <param name="SentAt">When it was sent last.</param>
/// <param name="AckedAt">When the beacon last said what became of it.</param>
/// <param name="Outcome">What it said; null before, and for a number that this build does not know.</param>
/// <param name="Detail">What it added; for a setting that it refused, the key.</param>
internal sealed record Configuration(
    long Version, IReadOnlyDictionary<string, string> Settings, ConfigurationState State, string Meaning,
    DateTimeOffset CreatedAt, string RequestedBy, int SentCount, DateTimeOffset? SentAt, DateTimeOffset? AckedAt,
    ControlOutcome? Outcome, string Detail)
{
    public static Configuration Of(ConfigurationView view, uint newest) => new(
        view.Version, ConfigurationText.Split(view.Text), ControlWords.StateOf(view, newest),
        ControlWords.Meaning(view, newest), view.Delivery.CreatedAt, view.Delivery.RequestedBy,
        view.Delivery.SentCount, view.Delivery.SentAt, view.Delivery.AckedAt, Command.Known(view.Delivery.Outcome),
        view.Delivery.Detail);
}

/// <summary>The configurations of a beacon.</summary>
/// <param name="InEffectVersion">
/// What the beacon's last status says is in effect; 0 is the one that it was deployed with, null is not told.
/// </param>
/// <param name="Current">The one that is wanted: the newest; null when there never was one.</param>
/// <param name="History">All that are kept, newest first.</param>
internal sealed record BeaconConfiguration(
    long? InEffectVersion, Configuration? Current, IReadOnlyList<Configuration> History)
{
    public static BeaconConfiguration Of(StatusView? status, IReadOnlyList<ConfigurationView> views)
    {
        Configuration[] all = [.. views.Select(view => Configuration.Of(view, views[0].Version))];
        return new BeaconConfiguration(status?.Status.Details.ConfigVersion, all.FirstOrDefault(), all);
    }
}

/// <summary>What a beacon told of itself on command.</summary>
/// <param name="CapturedAt">When it was made.</param>
/// <param name="ReceivedAt">When it was stored.</param>
/// <param name="Boot">Boot that made it.</param>
/// <param name="Lines">Lines for people; names and values are the firmware's own.</param>
internal sealed record Diagnostics(
    DateTimeOffset CapturedAt, DateTimeOffset ReceivedAt, long Boot, IReadOnlyList<string> Lines)
{
    public static Diagnostics Of(DiagnosticsView view) => new(
        DateTimeOffset.FromUnixTimeMilliseconds(view.CapturedUnixMs), view.ReceivedAt, view.Boot,
        view.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries));
}

/// <summary>The kept diagnostics of a beacon.</summary>
/// <param name="Items">Newest first.</param>
internal sealed record DiagnosticsList(IReadOnlyList<Diagnostics> Items);
