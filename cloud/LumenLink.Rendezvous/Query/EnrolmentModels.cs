using System.Security.Cryptography.X509Certificates;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Rendezvous.Query;

/// <summary>An enrolled board, as whoever enrolled it needs it.</summary>
/// <param name="Outcome">enrolled or already_enrolled; in a dry run what it would be.</param>
/// <param name="DryRun">True if nothing was changed.</param>
/// <param name="Id">Beacon id, 11 characters.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Region">Region label.</param>
/// <param name="SecurityLevel">How the residency of its key was proven.</param>
/// <param name="HardwareModel">Hardware model number.</param>
/// <param name="Group">The group that was named; null for none.</param>
/// <param name="CertificateSerial">Serial number of its certificate, hex; null in a dry run without one.</param>
/// <param name="CertificateUntil">End of its certificate; null in a dry run without one.</param>
/// <param name="Location">Where it is; null when nobody said it.</param>
internal sealed record EnrolmentAnswer(
    EnrolOutcome Outcome, bool DryRun, string Id, string Name, string Region, SecurityLevel SecurityLevel,
    int HardwareModel, string? Group, string? CertificateSerial, DateTimeOffset? CertificateUntil,
    Location? Location)
{
    public static EnrolmentAnswer Of(EnrolOutcome outcome, bool isDryRun, EnrolledBoard board)
    {
        BeaconEnrolment enrolment = board.Enrolment;
        using X509Certificate2? certificate = enrolment.Certificate.Length == 0
            ? null
            : X509CertificateLoader.LoadCertificate(enrolment.Certificate);
        return new EnrolmentAnswer(
            outcome, isDryRun, board.Id.ToString(), enrolment.Name, enrolment.Region, enrolment.Level,
            enrolment.HardwareModel, board.Group,
            certificate is null ? null : Convert.ToHexStringLower(certificate.SerialNumberBytes.Span),
            certificate?.NotAfter.ToUniversalTime(), Registry.Location.Of(enrolment.Location));
    }
}

/// <summary>What a beacon is called and where it is.</summary>
/// <param name="Name">Name for people.</param>
/// <param name="Region">Region label; may be empty.</param>
/// <param name="Location">Where it is; null when nobody said it.</param>
internal sealed record Place(string Name, string Region, Location? Location)
{
    public static Place Of(BeaconPlace place) => new(place.Name, place.Region, Registry.Location.Of(place.Location));
}

/// <summary>Whether a group takes boards.</summary>
internal enum GroupState
{
    /// <summary>It does.</summary>
    Open,

    /// <summary>It was closed.</summary>
    Closed,

    /// <summary>Its time is over.</summary>
    Over,

    /// <summary>It has as many boards as it may have.</summary>
    Full,
}

/// <summary>An enrolment group.</summary>
/// <param name="Name">What enrolments call it.</param>
/// <param name="State">Whether it takes boards.</param>
/// <param name="CaSha256">SHA-256 of its device CA's certificate or key, hex.</param>
/// <param name="Level">Level of all its boards.</param>
/// <param name="HardwareModel">Hardware model of all its boards; null: each enrolment says it.</param>
/// <param name="Regions">Weight of each region.</param>
/// <param name="NamePattern">Names of its boards.</param>
/// <param name="MaxBoards">Boards that may be enrolled through it.</param>
/// <param name="Enrolled">Boards that were.</param>
/// <param name="OpenUntil">From then on none is.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="ClosedAt">When it was closed; null while it is not.</param>
internal sealed record Group(
    string Name, GroupState State, string CaSha256, SecurityLevel Level, int? HardwareModel,
    IReadOnlyDictionary<string, int> Regions, string NamePattern, int MaxBoards, int Enrolled,
    DateTimeOffset OpenUntil, DateTimeOffset CreatedAt, DateTimeOffset? ClosedAt)
{
    public static Group Of(EnrolmentGroup group, DateTimeOffset now) => new(
        group.Name, StateOf(group.Admits(now)), Convert.ToHexStringLower(group.CaSha256), group.Level,
        group.HardwareModel, group.Regions, group.NamePattern, group.MaxBoards, group.Enrolled, group.OpenUntil,
        group.CreatedAt, group.ClosedAt);

    private static GroupState StateOf(EnrolOutcome admits) => admits switch
    {
        EnrolOutcome.Enrolled => GroupState.Open,
        EnrolOutcome.GroupClosed => GroupState.Closed,
        EnrolOutcome.GroupOver => GroupState.Over,
        _ => GroupState.Full,
    };
}

/// <summary>Groups.</summary>
/// <param name="Items">In order of name.</param>
internal sealed record GroupList(IReadOnlyList<Group> Items);

/// <summary>Other weights of a group.</summary>
/// <param name="Regions">Weight of each region, 1 to 10000.</param>
internal sealed record WeightsRequest(Dictionary<string, int> Regions);
