using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol;

/// <summary>
/// Compares the tables of shared-protocol/README.md with the constants and enums of the code, both ways.
/// </summary>
internal sealed class Specification
{
    /// <summary>Columns of the table of published versions.</summary>
    public const string VersionsKey = "major version|since|frames";

    private const string DetailsKey = "id|detail of a Status|size|data";

    private const string LayoutKey = "offset|size|field|type|meaning";

    /// <summary>The code behind each layout table, in the specification's order.</summary>
    private static readonly Type[] Layouts =
    [
        typeof(FrameHeader), typeof(HelloFrame), typeof(ChallengeFrame), typeof(EvidenceFrame),
        typeof(AttestationResultFrame), typeof(AttestationRefusalFrame), typeof(RecordsFrameWriter),
        typeof(GroupLayout),
        typeof(RecordHeader), typeof(StatusBody),
        typeof(ReceiptFrame), typeof(ReceiptEntry), typeof(ConnectionToken), typeof(AirStatus),
        typeof(CommandFrame), typeof(ConfigFrame), typeof(CommandAckFrame),
    ];

    private static readonly Dictionary<string, Type> Enums = new()
    {
        ["type|name|direction|protection"] = typeof(FrameType),
        ["hardware_model|name"] = typeof(HardwareModel),
        ["id|claim|data"] = typeof(ClaimId),
        ["id|secret|size|data before encryption"] = typeof(SecretId),
        ["outcome|name|meaning"] = typeof(AttestationOutcome),
        ["id|extension of a Receipt|data"] = typeof(ReceiptExtension),
        ["extra|name|bits|meaning"] = typeof(ReportExtra),
        [DetailsKey] = typeof(StatusDetail),
        ["transport kind|name"] = typeof(TransportKind),
        ["level|name"] = typeof(KeyHome),
        ["state|name"] = typeof(AirState),
        ["recognised|name"] = typeof(RecognisedAs),
        ["kind|name"] = typeof(RecordKind),
        ["reason|name"] = typeof(RefusalReason),
        ["address_type|name"] = typeof(AddressType),
        ["error|name|meaning"] = typeof(WireError),
        ["command|name|does|argument"] = typeof(BeaconCommand),
        ["subject|name"] = typeof(ControlSubject),
        ["control outcome|name|meaning"] = typeof(ControlOutcome),
    };

    private static readonly Dictionary<string, Type> EnumsInMeanings = new()
    {
        ["boot_reason"] = typeof(BootReason),
    };

    private readonly List<string> differences = [];
    private readonly HashSet<string> seenEnums = [];

    public static IReadOnlyList<string> Differences(string markdown)
    {
        Specification check = new();
        IReadOnlyList<SpecTable> tables = SpecTable.Of(markdown);
        check.CheckLayouts([.. tables.Where(t => t.Key == LayoutKey)]);
        foreach (SpecTable table in tables.Where(t => Enums.ContainsKey(t.Key)))
        {
            check.CheckEnum(Enums[table.Key], table);
        }

        check.CheckNames("name|value|unit", tables, typeof(WireLimits), nameColumn: 0, valueColumn: 1);
        check.CheckNames("constant|value|unit", tables, typeof(ReportCoding), nameColumn: 0, valueColumn: 1);
        check.CheckNames("domain|name|protects", tables, typeof(DomainPrefix), nameColumn: 1, valueColumn: 0, "Size");
        check.CheckSecretSizes(tables);
        check.CheckDetails(tables);
        check.CheckVersions(tables);
        foreach (string missing in Enums.Keys.Concat(EnumsInMeanings.Keys).Except(check.seenEnums))
        {
            check.differences.Add($"table {missing} is not there");
        }

        return check.differences;
    }

    /// <summary>Every version up to the one that the code speaks was published.</summary>
    private void CheckVersions(IReadOnlyList<SpecTable> tables)
    {
        IEnumerable<string> expected = Enumerable.Range(1, WireVersion.Major)
            .Select(version => version.ToString(CultureInfo.InvariantCulture));
        if (tables.SingleOrDefault(table => table.Key == VersionsKey) is not { } versions
            || !versions.Rows.Select(row => row[0]).SequenceEqual(expected))
        {
            differences.Add($"the versions are not 1 to {WireVersion.Major}");
        }
    }

    private void CheckLayouts(SpecTable[] tables)
    {
        if (tables.Length != Layouts.Length)
        {
            differences.Add($"{tables.Length} layout tables, {Layouts.Length} layouts in the code");
            return;
        }

        for (int i = 0; i < tables.Length; i++)
        {
            CheckLayout(Layouts[i], tables[i]);
        }
    }

    private void CheckLayout(Type type, SpecTable table)
    {
        Dictionary<string, int> constants = Numbers(type);
        if (type == typeof(ChallengeFrame))
        {
            constants.Remove("CertificateOffset", out int start);
            foreach ((string name, int offset) in Numbers(typeof(ServiceCertificate)).Where(c => IsPlace(c.Key)))
            {
                constants[name] = start + offset;
            }
        }

        string[] open = type.Name switch
        {
            nameof(RecordHeader) => ["body"],
            nameof(AttestationResultFrame) or nameof(RecordsFrameWriter) or nameof(ReceiptFrame)
                or nameof(CommandFrame) or nameof(CommandAckFrame) => ["tag"],
            nameof(ConfigFrame) => ["text", "tag"],
            _ => [],
        };
        differences.AddRange(
            open.Except(table.Rows.Select(r => r[2])).Select(field => $"{type.Name} has no row {field}"));

        HashSet<string> used = [];
        int? expected = 0;
        foreach (string[] row in table.Rows)
        {
            string name = Pascal(row[2]);
            Equal($"{type.Name}.{name} size of {row[3]}", SizeOf(row[3]) ?? row[1], row[1]);
            CheckMeaning(row);
            if (row[0].StartsWith('-'))
            {
                int fromEnd = constants.GetValueOrDefault(Use(used, name + "FromEnd"), -1);
                int size = name == "Tag" ? FrameTag.Size : fromEnd;
                Equal($"{type.Name}.{name} from the end", "-" + size, row[0]);
                expected = null;
                continue;
            }

            bool after = row[0].StartsWith('+');
            int offset = int.Parse(row[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            if (after && offset == 0)
            {
                expected = 0;
            }

            Equal($"{type.Name}.{name} follows", expected, offset);
            string constant = ConstantOf(name, after, constants);
            int inCode = name == "Header" ? 0 : constants.GetValueOrDefault(Use(used, constant), -1);
            Equal($"{type.Name}.{name}", inCode, offset);
            expected = int.TryParse(row[1], out int bytes) ? offset + bytes : null;
            if (!after && constants.TryGetValue("FixedSize", out int fixedSize) && IsLastFixed(table, row))
            {
                Equal($"{type.Name}.FixedSize", fixedSize, expected ?? offset);
            }
        }

        differences.AddRange(constants.Keys.Where(IsPlace).Except(used).Select(k => $"{type.Name}.{k} has no row"));
    }

    private static string ConstantOf(string name, bool after, Dictionary<string, int> constants)
    {
        if (after)
        {
            return constants.Keys.FirstOrDefault(k => k.StartsWith(name + "After", StringComparison.Ordinal), "?");
        }

        return name is "Body" or "Text" ? "FixedSize" : name + "Offset";
    }

    private static bool IsPlace(string constant) => Regex.IsMatch(constant, "(Offset|FromEnd|After[A-Z][a-z]+)$");

    private static Dictionary<string, int> Numbers(Type type) =>
        Constants(type).Where(f => f.FieldType == typeof(int))
            .ToDictionary(f => f.Name, f => (int)f.GetRawConstantValue()!);

    private static bool IsLastFixed(SpecTable table, string[] row)
    {
        string[] last = table.Rows.Last(r => char.IsAsciiDigit(r[0][0]));
        return ReferenceEquals(row, last);
    }

    private void CheckMeaning(string[] row)
    {
        if (!EnumsInMeanings.TryGetValue(row[2], out Type? type))
        {
            return;
        }

        seenEnums.Add(row[2]);
        string[] members = [.. row[4].Split(';')[0].Split(", ")];
        Equal($"{type.Name} members", Enum.GetValues(type).Length, members.Length);
        foreach (string member in members)
        {
            string[] parts = member.Split(' ', 2);
            string name = Enum.GetName(type, byte.Parse(parts[0], CultureInfo.InvariantCulture)) ?? "?";
            string text = Regex.Replace(parts[1], "[^a-zA-Z]", string.Empty);
            if (!text.StartsWith(name, StringComparison.OrdinalIgnoreCase))
            {
                differences.Add($"{type.Name} {parts[0]} is {name}, the specification says {parts[1]}");
            }
        }
    }

    private void CheckEnum(Type type, SpecTable table)
    {
        seenEnums.Add(table.Key);
        Dictionary<string, long> code = Enum.GetNames(type).ToDictionary(
            n => n, n => Convert.ToInt64(Enum.Parse(type, n), CultureInfo.InvariantCulture));
        if (type == typeof(RefusalReason))
        {
            code.Remove("None");
        }

        foreach (string[] row in table.Rows)
        {
            long value = row[0].StartsWith("0x", StringComparison.Ordinal)
                ? Convert.ToInt64(row[0], 16)
                : long.Parse(row[0], CultureInfo.InvariantCulture);
            string name = char.IsLower(row[1][0]) ? Pascal(row[1]) : row[1];
            string? member = code.Keys.FirstOrDefault(k => string.Equals(k, name, StringComparison.OrdinalIgnoreCase));
            Equal($"{type.Name}.{name}", member is null ? -1 : code[member], value);
            code.Remove(member ?? string.Empty);
        }

        differences.AddRange(code.Keys.Select(k => $"{type.Name}.{k} has no row"));
    }

    private void CheckNames(
        string key,
        IReadOnlyList<SpecTable> tables,
        Type type,
        int nameColumn,
        int valueColumn,
        params string[] except)
    {
        Dictionary<string, string> code = Constants(type).Where(f => !except.Contains(f.Name)).ToDictionary(
            f => f.Name, f => Convert.ToString(f.GetRawConstantValue(), CultureInfo.InvariantCulture)!);
        foreach (string[] row in tables.Where(t => t.Key == key).SelectMany(t => t.Rows))
        {
            Equal($"{type.Name}.{row[nameColumn]}", code.GetValueOrDefault(row[nameColumn]), row[valueColumn]);
            code.Remove(row[nameColumn]);
        }

        differences.AddRange(code.Keys.Select(k => $"{type.Name}.{k} has no row"));
    }

    private void CheckSecretSizes(IReadOnlyList<SpecTable> tables)
    {
        foreach (string[] row in tables.Where(t => t.Columns.Contains("secret")).SelectMany(t => t.Rows))
        {
            FieldInfo? size = typeof(WrappedSecret).GetField(Pascal(row[1]) + "Size");
            string? bytes = Convert.ToString(size?.GetRawConstantValue(), CultureInfo.InvariantCulture);
            Equal($"size of {row[1]}", bytes, row[2]);
        }
    }

    /// <summary>Sizes of details, and their fields by name and type as what reads them has them.</summary>
    private void CheckDetails(IReadOnlyList<SpecTable> tables)
    {
        foreach (string[] row in tables.Where(t => t.Key == DetailsKey).SelectMany(t => t.Rows))
        {
            string name = Pascal(row[1]);
            int id = int.Parse(row[0], CultureInfo.InvariantCulture);
            Equal($"size of {row[1]}", $"{StatusDetailValues.SizeOf((StatusDetail)id)}", row[2]);
            Type? read = Nullable.GetUnderlyingType(typeof(StatusDetailValues).GetProperty(name)!.PropertyType);
            string code = read is { IsPrimitive: false, IsEnum: false }
                ? string.Join(", ", read.GetConstructors().Single(c => c.GetParameters().Length > 0).GetParameters()
                    .Select(p => $"{p.Name} {WireType(p.ParameterType)}"))
                : $"{(name == nameof(StatusDetail.SecurityLevel) ? "Level" : name)} {WireType(read!)}";
            IEnumerable<string[]> fields = row[3].Split(':')[0].Split(", ").Select(field => field.Split(' '));
            Equal($"fields of {row[1]}", code, string.Join(", ", fields.Select(f => $"{Pascal(f[0])} {f[1]}")));
        }

        static string WireType(Type type) => type == typeof(uint) ? "u32" : "u8";
    }

    private void Equal<T>(string what, T code, T specification)
    {
        if (!EqualityComparer<T>.Default.Equals(code, specification))
        {
            differences.Add($"{what}: code {code}, specification {specification}");
        }
    }

    private static string Use(HashSet<string> used, string name)
    {
        used.Add(name);
        return name;
    }

    private static string? SizeOf(string type) => type switch
    {
        "u8" or "i8" => "1",
        "u16" => "2",
        "u24" => "3",
        "u32" => "4",
        "u40" => "5",
        "u64" or "i64" => "8",
        _ => null,
    };

    private static IEnumerable<FieldInfo> Constants(Type type) =>
        type.GetFields(BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic)
            .Where(f => f.IsLiteral && !f.IsPrivate);

    private static string Pascal(string snake) =>
        string.Concat(snake.Split('_').Where(p => p.Length > 0).Select(p => char.ToUpperInvariant(p[0]) + p[1..]));
}
