using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace LumenLink.NanoReference;

/// <summary>
/// Writes a list as C# declarations. Bodies are never compiled (only metadata is emitted), and <c>#line</c> maps every
/// compiler message back to the list, so a mistake in a list is reported at its own file and line.
/// </summary>
internal sealed partial class DeclarationWriter(ApiList list, List<ListError> errors)
{
    private const string Body = " { throw null; }";

    /// <summary>Names under which .NET's own IL knows operators, and how C# writes them.</summary>
    private static readonly Dictionary<string, string> Operators = new()
    {
        ["op_Implicit"] = "implicit",
        ["op_Explicit"] = "explicit",
        ["op_Equality"] = "==",
        ["op_Inequality"] = "!=",
        ["op_LessThan"] = "<",
        ["op_LessThanOrEqual"] = "<=",
        ["op_GreaterThan"] = ">",
        ["op_GreaterThanOrEqual"] = ">=",
        ["op_Addition"] = "+",
        ["op_Subtraction"] = "-",
        ["op_UnaryNegation"] = "-",
        ["op_UnaryPlus"] = "+",
    };

    /// <summary>
    /// Structs that the compiler itself gives their content: a field of ours would make them contain themselves.
    /// </summary>
    private static readonly HashSet<string> Primitives =
    [
        "System.Boolean", "System.Byte", "System.SByte", "System.Char", "System.Int16", "System.UInt16", "System.Int32",
        "System.UInt32", "System.Int64", "System.UInt64", "System.Single", "System.Double", "System.IntPtr",
        "System.UIntPtr", "System.Void",
    ];

    private readonly StringBuilder _text = new();

    /// <summary>The whole list as one C# source text.</summary>
    public string Write()
    {
        HashSet<string> types = [.. list.Types.Select(type => type.FullName)];
        foreach (ApiType type in list.Types)
        {
            if (types.Contains(type.Container)) continue;
            Line(type.Line, $"namespace {type.Container} {{");
            WriteType(type);
            _text.AppendLine("}");
        }

        return _text.ToString();
    }

    private void WriteType(ApiType type)
    {
        string declaration = type.Line.Text.Replace(type.FullName, type.ShortName, StringComparison.Ordinal);
        if (type.Kind == "delegate")
        {
            Line(type.Line, Qualified(declaration) + ";");
            return;
        }

        if (type.Kind != "enum")
            declaration = KindWord().Replace(declaration, type.IsRefLike ? "ref partial $1" : "partial $1", 1);
        Line(type.Line, Qualified(declaration) + " {");
        foreach (ApiLine member in type.Members)
        {
            string? written = type.Kind == "enum" ? EnumMember(type, member) : Member(type, member);
            if (written is null)
                errors.Add(new(list.File, member.Number, $"not a member of {type.FullName}: '{member.Text}'"));
            else
                Line(member, written);
        }

        WriteUnlisted(type);
        foreach (ApiType nested in list.Types.Where(other => other.Container == type.FullName)) WriteType(nested);
        _text.AppendLine("}");
    }

    /// <summary>
    /// What a list never names and a type still has: the content of a struct, and constructors nobody may call.
    /// </summary>
    private void WriteUnlisted(ApiType type)
    {
        if (type.Kind == "struct" && !Primitives.Contains(type.FullName)) _text.AppendLine("private int _content;");
        bool constructible = type.Members.Exists(member => member.Text.Contains("..ctor(", StringComparison.Ordinal));
        if (type.Kind == "class" && !constructible && !StaticClass().IsMatch(type.Line.Text))
            _text.AppendLine(CultureInfo.InvariantCulture, $"internal {type.ShortName}(){Body}");
    }

    private static string? EnumMember(ApiType type, ApiLine line) =>
        line.Text.StartsWith(type.FullName + ".", StringComparison.Ordinal)
            ? line.Text[(type.FullName.Length + 1)..] + ","
            : null;

    private static string? Member(ApiType type, ApiLine line)
    {
        Match declared = Regex.Match(
            line.Text,
            @$"(?<=\s){Regex.Escape(type.FullName)}\.(?<name>this(?=\[)|\.ctor(?=\()|\w+(?= \{{|\(| = |$))");
        if (!declared.Success) return null;

        string name = declared.Groups["name"].Value;
        string head = line.Text[..declared.Index].Replace("extern ", "", StringComparison.Ordinal);
        string tail = DefaultNull().Replace(line.Text[(declared.Index + declared.Length)..], "= default");
        if (type.Kind == "interface") head = head.Replace("public ", "", StringComparison.Ordinal);
        bool bodiless = type.Kind == "interface" || head.Contains("abstract ", StringComparison.Ordinal);

        if (name == ".ctor") return $"{head}{type.ShortName}{Qualified(tail)}{Body}";
        if (Operators.TryGetValue(name, out string? symbol)) return Operator(head, symbol, tail);
        if (head.Contains(" const ", StringComparison.Ordinal))
            return $"{Qualified(head)}{name}{Constant(head, tail)};";
        if (EventHead().IsMatch(head))
            return Qualified(head) + name + (bodiless ? ";" : " { add { throw null; } remove { throw null; } }");

        string full = Qualified(head) + name + Qualified(tail);
        if (tail.EndsWith('}'))
            return IndexerName(type, name) + (bodiless ? full : Accessor().Replace(full, "$1" + Body));
        return full + (tail.EndsWith(')') && !bodiless ? Body : ";");
    }

    private static string Operator(string head, string symbol, string tail)
    {
        if (symbol is not ("implicit" or "explicit"))
            return $"{Qualified(head)}operator {symbol}{Qualified(tail)}{Body}";
        int result = head.TrimEnd().LastIndexOf(' ') + 1;
        return $"{head[..result]}{symbol} operator {Qualified(head[result..].Trim())}{Qualified(tail)}{Body}";
    }

    /// <summary>The compiler calls the indexer of a string by its .NET name, <c>get_Chars</c>.</summary>
    private static string IndexerName(ApiType type, string name) =>
        name == "this" && type.FullName == "System.String"
            ? "[global::System.Runtime.CompilerServices.IndexerName(\"Chars\")] "
            : "";

    /// <summary>
    /// Lists write constants as .NET prints them; C# has no literal for infinities and converts floats narrowly.
    /// </summary>
    private static string Constant(string head, string tail)
    {
        string value = tail[" = ".Length..] switch
        {
            "Infinity" => "1.0 / 0.0",
            "-Infinity" => "-1.0 / 0.0",
            "NaN" => "0.0 / 0.0",
            string literal => literal,
        };
        return head.Contains(" float ", StringComparison.Ordinal) ? $" = (float)({value})" : $" = {value}";
    }

    private static string Qualified(string text) => QualifiedName().Replace(text, "global::$1.");

    private void Line(ApiLine line, string text) =>
        _text.AppendLine(CultureInfo.InvariantCulture, $"#line {line.Number} \"{list.File}\"").AppendLine(text);

    [GeneratedRegex(@"(?<![\w.:])(System|nanoFramework)\.")]
    private static partial Regex QualifiedName();

    [GeneratedRegex(@"\b(class|struct|interface)\b")]
    private static partial Regex KindWord();

    [GeneratedRegex(@"^public (?:abstract |sealed )*static ")]
    private static partial Regex StaticClass();

    [GeneratedRegex(@"= null(?=[,)])")]
    private static partial Regex DefaultNull();

    [GeneratedRegex(@"(?:^| )event ")]
    private static partial Regex EventHead();

    [GeneratedRegex(@"\b(get|set|init);")]
    private static partial Regex Accessor();
}
