namespace LumenLink.Rendezvous.Registry;

/// <summary>Every number of enrolment; nothing else repeats one.</summary>
internal static class EnrolmentPolicy
{
    /// <summary>The tenant that runs the service: enrolments of a folder are its.</summary>
    public const int Tenant = 1;

    /// <summary>Characters of a beacon's name at most.</summary>
    public const int MaxName = 64;

    /// <summary>Characters of a region at most.</summary>
    public const int MaxRegion = 32;

    /// <summary>Bytes of an enrolment's file at most.</summary>
    public const int MaxFileBytes = 64 * 1024;

    /// <summary>Characters of a group's name at most.</summary>
    public const int MaxGroupName = 32;

    /// <summary>Groups of a tenant at most, closed ones too: beacons name them, so none is ever removed.</summary>
    public const int MaxGroups = 1000;

    /// <summary>Regions of a group at most.</summary>
    public const int MaxRegions = 32;

    /// <summary>Weight of a region at most; the least is 1.</summary>
    public const int MaxWeight = 10_000;

    /// <summary>Boards of a group at most.</summary>
    public const int MaxBoards = 1_000_000;

    /// <summary>Longest time that a group may be open: who forgets to close it has it closed.</summary>
    public static readonly TimeSpan LongestOpen = TimeSpan.FromDays(366);
}
