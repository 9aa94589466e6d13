using LumenLink.Protocol;
using LumenLink.Rendezvous.Store;

namespace LumenLink.Rendezvous.Query;

/// <summary>Where a command stands.</summary>
internal enum CommandState
{
    /// <summary>Not sent yet.</summary>
    Waiting,

    /// <summary>Sent, and not acknowledged yet.</summary>
    Sent,

    /// <summary>The beacon said what became of it.</summary>
    Acknowledged,

    /// <summary>Its time is over, and the beacon did not say what became of it.</summary>
    Expired,
}

/// <summary>Where a configuration stands.</summary>
internal enum ConfigurationState
{
    /// <summary>Not sent yet.</summary>
    Waiting,

    /// <summary>Sent, and not acknowledged yet.</summary>
    Sent,

    /// <summary>The beacon keeps it and tries it.</summary>
    OnTrial,

    /// <summary>It is in effect, and the service was reached under it.</summary>
    InEffect,

    /// <summary>The service was not reached under it: the one before is in effect again.</summary>
    RolledBack,

    /// <summary>The beacon did not take it.</summary>
    Refused,

    /// <summary>A newer one took its place before its end was known.</summary>
    Superseded,
}

/// <summary>The words of commands and configurations that people read, for API and dashboard.</summary>
internal static class ControlWords
{
    /// <summary>What the beacon is to do, as a button says it.</summary>
    public static string Label(BeaconCommand command) => command switch
    {
        BeaconCommand.Identify => "Identify",
        BeaconCommand.Rescan => "Scan again",
        BeaconCommand.Reattest => "Attest again",
        BeaconCommand.Reboot => "Reboot",
        BeaconCommand.SendDiagnostics => "Send diagnostics",
        _ => "A command that this build does not know",
    };

    /// <summary>Where a command stands at a time.</summary>
    public static CommandState StateOf(CommandView command, DateTimeOffset now) =>
        command.Delivery.AckedAt is not null ? CommandState.Acknowledged
        : command.ExpiresAt <= now ? CommandState.Expired
        : command.Delivery.SentCount > 0 ? CommandState.Sent
        : CommandState.Waiting;

    /// <summary>Where a configuration stands.</summary>
    /// <param name="configuration">Which.</param>
    /// <param name="newest">The beacon's newest version.</param>
    public static ConfigurationState StateOf(ConfigurationView configuration, uint newest) =>
        configuration.Delivery switch
        {
            { Outcome: ControlOutcome.Done } => ConfigurationState.InEffect,
            { Outcome: ControlOutcome.RolledBack } => ConfigurationState.RolledBack,
            { Outcome: not null and not ControlOutcome.Accepted } => ConfigurationState.Refused,
            _ when configuration.Version < newest => ConfigurationState.Superseded,
            { Outcome: ControlOutcome.Accepted } => ConfigurationState.OnTrial,
            { SentCount: > 0 } => ConfigurationState.Sent,
            _ => ConfigurationState.Waiting,
        };

    /// <summary>Where it stands, in plain words.</summary>
    public static string Meaning(CommandView command, DateTimeOffset now) => StateOf(command, now) switch
    {
        CommandState.Waiting => "It waits until the beacon is heard.",
        CommandState.Sent => "It was sent; the beacon has not answered yet.",
        CommandState.Expired when command.Delivery.SentCount == 0 => "It was never sent: its time is over.",
        CommandState.Expired => "Its time is over; the beacon did not say whether it did it.",
        _ => command.Delivery.Outcome == ControlOutcome.Done
            ? "Done."
            : Meaning(command.Delivery.Outcome),
    };

    /// <summary>Where it stands, in plain words.</summary>
    public static string Meaning(ConfigurationView configuration, uint newest) =>
        StateOf(configuration, newest) switch
        {
            ConfigurationState.Waiting => "It waits until the beacon is heard.",
            ConfigurationState.Sent => "It was sent; the beacon has not answered yet.",
            ConfigurationState.OnTrial => "The beacon keeps it, and tries whether it reaches the service with it.",
            ConfigurationState.InEffect => "It is in effect, and the service was reached with it.",
            ConfigurationState.Superseded => "A newer one took its place.",
            _ => Meaning(configuration.Delivery.Outcome),
        };

    /// <summary>One word or two.</summary>
    public static string Label(CommandState state, ControlOutcome? outcome) => state switch
    {
        CommandState.Waiting => "Waiting",
        CommandState.Sent => "Sent",
        CommandState.Expired => "Expired",
        _ => outcome == ControlOutcome.Done ? "Done" : "Refused",
    };

    /// <summary>One word or two.</summary>
    public static string Label(ConfigurationState state) => state switch
    {
        ConfigurationState.Waiting => "Waiting",
        ConfigurationState.Sent => "Sent",
        ConfigurationState.OnTrial => "On trial",
        ConfigurationState.InEffect => "In effect",
        ConfigurationState.RolledBack => "Rolled back",
        ConfigurationState.Superseded => "Superseded",
        _ => "Refused",
    };

    /// <summary>Why a command was not taken, in plain words.</summary>
    public static string Meaning(ControlRequestOutcome outcome) => outcome switch
    {
        ControlRequestOutcome.Added => "It is on its way.",
        ControlRequestOutcome.BeaconRevoked => "The beacon is revoked: nothing reaches it any more.",
        ControlRequestOutcome.Changed => "Its configuration was changed meanwhile.",
        ControlRequestOutcome.TooManyPending => "Too many commands wait for the beacon already.",
        _ => "The beacon is not enrolled any more.",
    };

    private static string Meaning(ControlOutcome? outcome) => outcome switch
    {
        ControlOutcome.Accepted => "The beacon keeps it.",
        ControlOutcome.CommandUnknown => "The beacon's firmware does not know this command.",
        ControlOutcome.ArgumentInvalid => "The beacon refused the argument.",
        ControlOutcome.Expired => "It reached the beacon too late.",
        ControlOutcome.IdNotRising => "The beacon took a later command before.",
        ControlOutcome.VersionNotRising => "The beacon has seen a later version.",
        ControlOutcome.SignatureInvalid => "The beacon does not trust who signed it.",
        ControlOutcome.TextInvalid => "The beacon refused a setting.",
        ControlOutcome.RolledBack =>
            "The service was not reached with it within an hour; the one before is in effect again.",
        ControlOutcome.NotKept => "The beacon's flash did not take it.",
        ControlOutcome.CouldNotCheck => "The beacon's secure element failed: the signature could not be checked.",
        _ => $"The beacon refused it with a number that this build does not know: {(int)(outcome ?? 0)}.",
    };
}
