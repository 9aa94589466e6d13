using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Access;

/// <summary>What somebody who calls may do, from least to most; a column of the store, so numbers stay.</summary>
public enum ApiRole
{
    /// <summary>Nothing but what is open to all.</summary>
    None,

    /// <summary>What an application that looks for beacons needs: resolve, find, packs.</summary>
    Client,

    /// <summary>Reads everything about beacons and what they hear.</summary>
    Viewer,

    /// <summary>Enrols, commands and configures beacons, and closes alarms.</summary>
    Operator,

    /// <summary>Everything: API keys, revocation and the audit too.</summary>
    Admin,
}

/// <summary>What a call needs its caller to be allowed; every endpoint names one.</summary>
public enum Scope
{
    /// <summary>Nothing: it is for all, or has an authentication of its own.</summary>
    Open,

    /// <summary>Resolve an identifier, find beacons, fetch a pack.</summary>
    Find,

    /// <summary>Read about beacons, what they heard, and alarms.</summary>
    Read,

    /// <summary>Read what operators asked of beacons, and what is kept for them.</summary>
    Inspect,

    /// <summary>Close an alarm.</summary>
    Acknowledge,

    /// <summary>Command a beacon.</summary>
    Command,

    /// <summary>Configure a beacon.</summary>
    Configure,

    /// <summary>Enrol boards and make enrolment groups.</summary>
    Enrol,

    /// <summary>Revoke a beacon for ever.</summary>
    Revoke,

    /// <summary>Read the audit, which is one for all tenants.</summary>
    Audit,

    /// <summary>Make, list and revoke API keys.</summary>
    Keys,

    /// <summary>Make, change and remove webhooks.</summary>
    Webhooks,
}

/// <summary>Who may do what, and every number of API keys; nothing else repeats one.</summary>
internal static class AccessPolicy
{
    private static readonly Dictionary<ApiRole, IReadOnlySet<Scope>> Scopes = new()
    {
        [ApiRole.None] = new HashSet<Scope> { Scope.Open },
        [ApiRole.Client] = new HashSet<Scope> { Scope.Open, Scope.Find },
        [ApiRole.Viewer] = new HashSet<Scope> { Scope.Open, Scope.Find, Scope.Read },
        [ApiRole.Operator] = new HashSet<Scope>
        {
            Scope.Open, Scope.Find, Scope.Read, Scope.Inspect, Scope.Acknowledge, Scope.Command, Scope.Configure,
            Scope.Enrol,
        },
        [ApiRole.Admin] = new HashSet<Scope>(Enum.GetValues<Scope>()),
    };

    /// <summary>The tenant that runs the service: of the admin token, of callers without a key, of the audit.</summary>
    public const int HostTenant = EnrolmentPolicy.Tenant;

    /// <summary>Keys of a tenant at most, ended ones too until they are forgotten.</summary>
    public const int MaxKeys = 1000;

    /// <summary>Characters of a key's name at most.</summary>
    public const int MaxName = 64;

    /// <summary>Days that a key is good for when its maker does not say.</summary>
    public const int DefaultDays = 90;

    /// <summary>Days that a key is good for at most: one that nobody renews ends.</summary>
    public const int MaxDays = 366;

    /// <summary>Keys that a replica remembers, of all tenants.</summary>
    public const int KeysRemembered = 4096;

    /// <summary>Keys that are not remembered and are looked up at once; more wait for a better time.</summary>
    public const int LookupsAtOnce = 8;

    /// <summary>Keys that are not remembered and that an address may show in a row.</summary>
    public const int LookupBurst = 20;

    /// <summary>After that, one more in each such time.</summary>
    public static readonly TimeSpan LookupEarnedEvery = TimeSpan.FromSeconds(1);

    /// <summary>How long a replica goes by what it read of a key: a revocation holds everywhere within it.</summary>
    public static readonly TimeSpan KeyLifetime = TimeSpan.FromSeconds(5);

    /// <summary>How exact the time of a key's last use is, so that a call seldom writes.</summary>
    public static readonly TimeSpan LastUsedStep = TimeSpan.FromHours(1);

    /// <summary>How long an ended key stays in the list.</summary>
    public static readonly TimeSpan EndedKept = TimeSpan.FromDays(90);

    /// <summary>True if the role may do what needs this scope.</summary>
    public static bool May(ApiRole role, Scope scope) => Scopes[role].Contains(scope);

    /// <summary>The least role that may.</summary>
    public static ApiRole LeastFor(Scope scope) => Enum.GetValues<ApiRole>().First(role => May(role, scope));
}
