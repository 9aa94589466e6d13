using System.Reflection;
using System.Runtime.CompilerServices;
using LumenLink.Beacon;
using LumenLink.Protocol;

namespace LumenLink.Bench.Device;

/// <summary>
/// The objects of our code that are alive, each once, in the sizes of <see cref="NanoModel"/>: everything that can be
/// reached from an object, and what the firmware's statics hold. What stands in for hardware or belongs to a library
/// (events, random numbers) is left out.
/// </summary>
internal sealed class HeapCensus
{
    private static readonly Assembly[] Ours = [typeof(BeaconLoop).Assembly, typeof(WireLimits).Assembly];

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (int Count, int Bytes)> _rows = [];

    private HeapCensus()
    {
    }

    /// <summary>Bytes in all.</summary>
    public int Bytes => _rows.Values.Sum(row => row.Bytes);

    /// <summary>By type, or for arrays by the field that holds them, largest first.</summary>
    public IEnumerable<(string What, int Count, int Bytes)> Rows =>
        _rows.Select(row => (row.Key, row.Value.Count, row.Value.Bytes))
            .OrderByDescending(row => row.Bytes).ThenBy(row => row.Key, StringComparer.Ordinal);

    /// <summary>Counts what can be reached from any of these.</summary>
    public static HeapCensus From(params object[] roots)
    {
        var census = new HeapCensus();
        foreach (object root in roots) census.Visit(root, "");
        census.VisitStatics();
        return census;
    }

    private void VisitStatics()
    {
        const BindingFlags Statics =
            BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        foreach (FieldInfo field in typeof(BeaconLoop).Assembly.GetTypes().SelectMany(type => type.GetFields(Statics)))
        {
            if (!field.IsLiteral && !IsOfCompiler(field.DeclaringType!)) Visit(field.GetValue(null), NameOf(field));
        }
    }

    private void Visit(object? one, string holder)
    {
        if (one is null || one.GetType().IsPrimitive || one.GetType().IsEnum) return;
        Type type = one.GetType();
        bool isOurs = Ours.Contains(type.Assembly) || one is System.Array or string || type == typeof(object);
        if (!isOurs || !_seen.Add(one)) return;
        switch (one)
        {
            case string text:
                Add("string", NanoModel.String(text.Length));
                break;
            case System.Array array:
                VisitArray(array, holder);
                break;
            default:
                FieldInfo[] fields = [.. FieldsOf(type)];
                Add(type.Name, NanoModel.Object(fields.Length));
                foreach (FieldInfo field in fields) Visit(field.GetValue(one), NameOf(field));
                break;
        }
    }

    private void VisitArray(System.Array array, string holder)
    {
        Type element = array.GetType().GetElementType()!;
        string what = $"{holder} ({element.Name}[])";
        if (element.IsValueType)
        {
            Add(what, NanoModel.Array(array.Length, BytesOf(element)));
            return;
        }

        Add(what, NanoModel.References(array.Length));
        foreach (object? one in array) Visit(one, holder);
    }

    private void Add(string what, int bytes)
    {
        (int count, int sum) = _rows.GetValueOrDefault(what);
        _rows[what] = (count + 1, sum + bytes);
    }

    private static int BytesOf(Type element) =>
        element == typeof(bool) ? 1
        : element == typeof(char) ? 2
        : System.Runtime.InteropServices.Marshal.SizeOf(element.IsEnum ? Enum.GetUnderlyingType(element) : element);

    private static IEnumerable<FieldInfo> FieldsOf(Type type)
    {
        const BindingFlags Own =
            BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;
        for (Type? at = type; at is not null && at != typeof(object); at = at.BaseType)
        {
            foreach (FieldInfo field in at.GetFields(Own)) yield return field;
        }
    }

    private static bool IsOfCompiler(Type type) => type.IsDefined(typeof(CompilerGeneratedAttribute), false);

    /// <summary>Type and field, a property's field under the property's name.</summary>
    private static string NameOf(FieldInfo field) =>
        $"{field.DeclaringType!.Name}.{field.Name.Replace(">k__BackingField", "").TrimStart('<')}";
}
