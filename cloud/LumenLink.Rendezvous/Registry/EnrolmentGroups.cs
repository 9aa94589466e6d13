using LumenLink.Rendezvous.Store;
using LumenLink.Rendezvous.Trust;

namespace LumenLink.Rendezvous.Registry;

/// <summary>A group as it is asked for.</summary>
/// <param name="Name">Lower case letters, digits, dots, dashes and underscores; begins with a letter or digit.</param>
/// <param name="CaSha256">SHA-256 of the device CA's certificate or key, hex.</param>
/// <param name="Level">software, emulated_chip or secure_element.</param>
/// <param name="Regions">Weight of each region, 1 to 10000.</param>
/// <param name="MaxBoards">Boards that may be enrolled through it.</param>
/// <param name="OpenUntil">From then on none is.</param>
/// <param name="HardwareModel">Hardware model of all its boards; left out, each enrolment says it.</param>
/// <param name="NamePattern">Names of its boards, with {id} and perhaps {region}; {region}-{id} if left out.</param>
internal sealed record GroupRequest(
    string Name, string CaSha256, string Level, Dictionary<string, int> Regions, int MaxBoards,
    DateTimeOffset OpenUntil, int? HardwareModel = null, string? NamePattern = null);

/// <summary>What making or weighing a group came to.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="Detail">When refused: a sentence for the operator.</param>
/// <param name="Field">The field that is wrong, or null.</param>
/// <param name="Group">The group; null when refused, or when there is none to weigh.</param>
internal sealed record GroupResult(GroupOutcome Outcome, string Detail, string? Field, EnrolmentGroup? Group);

/// <summary>Makes, weighs and closes enrolment groups.</summary>
internal sealed class EnrolmentGroups(IGroupStore store, TrustMaterial material, TimeProvider time)
{
    private const string DefaultPattern = EnrolmentGroup.RegionMark + "-" + EnrolmentGroup.IdMark;
    private const string NameRule =
        "must be 1 to 32 lower case letters, digits, dots, dashes or underscores, a letter or digit first";

    private static readonly string RegionRule =
        $"must be 1 to {EnrolmentPolicy.MaxRegions} regions, each of 1 to {EnrolmentPolicy.MaxRegion} characters and "
        + $"with a weight from 1 to {EnrolmentPolicy.MaxWeight}";

    /// <summary>Makes a group, or says why not.</summary>
    public async Task<GroupResult> CreateAsync(
        int tenantId, GroupRequest asked, string by, CancellationToken cancellationToken)
    {
        DateTimeOffset now = time.GetUtcNow();
        if (Read(tenantId, asked, now, out EnrolmentGroup? group) is { } fault)
            return new GroupResult(GroupOutcome.FieldInvalid, fault.Sentence, fault.Field, null);
        if (material.DeviceCas.Current(now).All.FirstOrDefault(ca => ca.IsNamedBy(group!.CaSha256)) is not { } issuer)
        {
            return new GroupResult(
                GroupOutcome.CaNotPinned,
                "No pinned device CA has this certificate or key: openssl x509 -noout -fingerprint -sha256 shows it.",
                "ca_sha256", null);
        }

        if ((EnrolmentChecks.CaMayVouch(issuer.Chain, group!.Level)
            ?? EnrolmentChecks.LevelIsAllowed(material.Policy, material.Environment, group.Level)) is { } refused)
            return new GroupResult(GroupOutcome.LevelNotAllowed, refused, "level", null);
        (GroupOutcome outcome, EnrolmentGroup? there) = await store.AddGroupAsync(group, by, cancellationToken);
        return outcome switch
        {
            GroupOutcome.TooManyGroups => new GroupResult(
                outcome, $"There are {EnrolmentPolicy.MaxGroups} groups already.", null, null),
            GroupOutcome.Exists when !IsSame(group, there!) => new GroupResult(
                GroupOutcome.GroupDiffers, "A group with this name and other terms is there: choose another name.",
                "name", null),
            _ => new GroupResult(outcome, "", null, there),
        };
    }

    /// <summary>Gives a group other weights; enrolled boards stay where they are.</summary>
    public async Task<GroupResult> WeighAsync(
        int tenantId, string name, Dictionary<string, int> regions, string by, CancellationToken cancellationToken)
    {
        EnrolmentGroup? group = await store.FindGroupAsync(tenantId, name, cancellationToken);
        if (group is null)
            return new GroupResult(GroupOutcome.Exists, "", null, null);
        if ((OfRegions(regions) ?? OfPattern(group.NamePattern, regions)) is { } fault)
            return new GroupResult(GroupOutcome.FieldInvalid, fault.Sentence, fault.Field, null);
        return new GroupResult(
            GroupOutcome.Exists, "", null,
            await store.WeighGroupAsync(
                tenantId, name, regions, by, time.GetUtcNow(), cancellationToken));
    }

    /// <summary>Closes a group; null when there is none.</summary>
    public Task<EnrolmentGroup?> CloseAsync(
        int tenantId, string name, string by, CancellationToken cancellationToken) =>
        store.CloseGroupAsync(tenantId, name, by, time.GetUtcNow(), cancellationToken);

    private static FieldFault? Read(
        int tenantId, GroupRequest asked, DateTimeOffset now, out EnrolmentGroup? group)
    {
        group = null;
        if (asked.Name.Length is 0 or > EnrolmentPolicy.MaxGroupName || !char.IsAsciiLetterOrDigit(asked.Name[0])
            || !asked.Name.All(one => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one is '.' or '-'
                or '_'))
            return FieldFault.Of("name", NameRule);
        string digits = asked.CaSha256.Replace(":", "", StringComparison.Ordinal);
        if (digits.Length != 2 * 32 || !digits.All(char.IsAsciiHexDigit))
            return FieldFault.Of("ca_sha256", "must be a SHA-256 in hex, colons allowed");
        string pattern = asked.NamePattern ?? DefaultPattern;
        if ((EnrolmentFields.OfLevel(asked.Level, out SecurityLevel level)
            ?? (asked.HardwareModel is { } model ? EnrolmentFields.OfHardware(model) : null)
            ?? OfRegions(asked.Regions)
            ?? OfPattern(pattern, asked.Regions)) is { } fault)
            return fault;
        if (asked.MaxBoards is < 1 or > EnrolmentPolicy.MaxBoards)
            return FieldFault.Of("max_boards", $"must be a number from 1 to {EnrolmentPolicy.MaxBoards}");
        if (asked.OpenUntil <= now || asked.OpenUntil > now + EnrolmentPolicy.LongestOpen)
        {
            return FieldFault.Of(
                "open_until", $"must be a time to come, at most {EnrolmentPolicy.LongestOpen.TotalDays:F0} days away");
        }

        group = new EnrolmentGroup(
            0, tenantId, asked.Name, Convert.FromHexString(digits), level, asked.HardwareModel,
            asked.Regions, pattern, asked.MaxBoards, asked.OpenUntil.ToUniversalTime(), now);
        return null;
    }

    private static FieldFault? OfRegions(Dictionary<string, int> regions) =>
        regions.Count is >= 1 and <= EnrolmentPolicy.MaxRegions
        && regions.All(one => one.Value is >= 1 and <= EnrolmentPolicy.MaxWeight
            && EnrolmentFields.Label("regions", one.Key, EnrolmentPolicy.MaxRegion, isOptional: false) is null)
            ? null
            : FieldFault.Of("regions", RegionRule);

    /// <summary>Whatever region and id come in, the name is one.</summary>
    private static FieldFault? OfPattern(string pattern, Dictionary<string, int> regions)
    {
        string longest = regions.Keys.MaxBy(region => region.Length) ?? "";
        string name = pattern.Replace(EnrolmentGroup.RegionMark, longest, StringComparison.Ordinal)
            .Replace(EnrolmentGroup.IdMark, new string('-', BeaconId.TextLength), StringComparison.Ordinal);
        return pattern.Contains(EnrolmentGroup.IdMark, StringComparison.Ordinal)
            && EnrolmentFields.Label("name_pattern", name, EnrolmentPolicy.MaxName, isOptional: false) is null
                ? null
                : FieldFault.Of(
                    "name_pattern",
                    $"must have {EnrolmentGroup.IdMark} in it and make names of at most {EnrolmentPolicy.MaxName} "
                        + "characters");
    }

    private static bool IsSame(EnrolmentGroup asked, EnrolmentGroup there) =>
        asked.CaSha256.AsSpan().SequenceEqual(there.CaSha256) && asked.Level == there.Level
        && asked.HardwareModel == there.HardwareModel && asked.NamePattern == there.NamePattern
        && asked.MaxBoards == there.MaxBoards
        && asked.OpenUntil.ToUnixTimeMilliseconds() == there.OpenUntil.ToUnixTimeMilliseconds()
        && asked.Regions.Count == there.Regions.Count && asked.Regions.All(there.Regions.Contains);
}
