using System.Text.RegularExpressions;

namespace LumenLink.NanoReference;

/// <summary>One thing wrong with a list: where, and in which words.</summary>
/// <param name="File">Path of the list file.</param>
/// <param name="Line">Line in it, from 1.</param>
/// <param name="Message">What is wrong.</param>
internal sealed record ListError(string File, int Line, string Message)
{
    /// <summary>The form that MSBuild and editors recognise as an error with a place.</summary>
    public override string ToString() => $"{File}({Line},1): error NANOREF: {Message}";
}

/// <summary>One member line of a list.</summary>
/// <param name="Number">Line in the file, from 1.</param>
/// <param name="Text">The line without indentation and without a trailing note in brackets.</param>
internal sealed record ApiLine(int Number, string Text);

/// <summary>One type of a list, with its members in the order of the file.</summary>
/// <param name="Line">The line that declares it.</param>
/// <param name="FullName">Name with namespace and enclosing types.</param>
/// <param name="Kind">class, struct, interface, enum or delegate.</param>
/// <param name="IsRefLike">A struct that only lives on the stack (the list carries the compiler's marker for old
/// compilers).</param>
internal sealed record ApiType(ApiLine Line, string FullName, string Kind, bool IsRefLike)
{
    public List<ApiLine> Members { get; } = [];

    /// <summary>The last part of the name.</summary>
    public string ShortName => FullName[(FullName.LastIndexOf('.') + 1)..];

    /// <summary>The part before the last: a namespace or the enclosing type.</summary>
    public string Container => FullName[..FullName.LastIndexOf('.')];
}

/// <summary>The members of one nanoFramework assembly that device code may use, read from its text file.</summary>
/// <param name="File">Path of the file.</param>
/// <param name="Name">Assembly name.</param>
/// <param name="Version">Assembly version, four parts.</param>
/// <param name="References">Names of the assemblies it refers to.</param>
/// <param name="Types">Types in the order of the file.</param>
internal sealed partial record ApiList(
    string File, string Name, Version Version, IReadOnlyList<string> References, IReadOnlyList<ApiType> Types)
{
    /// <summary>
    /// Reads one list. Grammar: a header line <c># name, Version=a.b.c.d, NativeVersion=…; references: name version,
    /// …</c>;
    /// then each type at the start of a line, its members below it, indented, every name written in full.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="errors">Receives what is wrong with it.</param>
    /// <returns>The list, or null when the header cannot be read.</returns>
    public static ApiList? Read(string path, List<ListError> errors)
    {
        string[] lines = System.IO.File.ReadAllLines(path);
        Match header = Header().Match(lines.Length == 0 ? "" : lines[0]);
        if (!header.Success || !System.Version.TryParse(header.Groups["version"].Value, out Version? version))
        {
            errors.Add(new(path, 1, "the first line is not '# name, Version=a.b.c.d, NativeVersion=…; references: …'"));
            return null;
        }

        List<ApiType> types = [];
        for (int index = 1; index < lines.Length; index++)
        {
            string text = lines[index].TrimEnd();
            if (text.Length == 0 || text[0] == '#') continue;
            bool refLike = text.Contains("[Obsolete: Types with embedded references", StringComparison.Ordinal);
            ApiLine line = new(index + 1, Note().Replace(text, "").Trim());
            if (text[0] == ' ') AddMember(path, types, line, errors);
            else AddType(path, types, line, refLike, errors);
        }

        const StringSplitOptions Neat = StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries;
        string[] references =
            [.. header.Groups["references"].Value.Split(',', Neat).Select(reference => reference.Split(' ')[0])];
        return new ApiList(path, header.Groups["name"].Value, version, references, types);
    }

    private static void AddMember(string path, List<ApiType> types, ApiLine line, List<ListError> errors)
    {
        if (types.Count == 0) errors.Add(new(path, line.Number, "a member before any type"));
        else types[^1].Members.Add(line);
    }

    private static void AddType(string path, List<ApiType> types, ApiLine line, bool refLike, List<ListError> errors)
    {
        Match match = TypeLine().Match(line.Text);
        if (!match.Success) match = DelegateLine().Match(line.Text);
        if (!match.Success)
        {
            errors.Add(new(path, line.Number, $"not a type declaration: '{line.Text}'"));
            return;
        }

        string kind = match.Groups["kind"].Value, name = match.Groups["name"].Value;
        if (name.Contains('`', StringComparison.Ordinal))
            errors.Add(new(path, line.Number, $"'{name}' is generic: generics crash the device at load, leave it out"));
        else if (types.Exists(type => type.FullName == name))
            errors.Add(new(path, line.Number, $"'{name}' is declared twice"));
        else
            types.Add(new ApiType(line, name, kind, refLike));
    }

    [GeneratedRegex(
        @"^# (?<name>[\w.]+), Version=(?<version>[\d.]+), NativeVersion=[^;]*; references: ?(?<references>.*)$")]
    private static partial Regex Header();

    [GeneratedRegex(@"\s\s\[Obsolete.*\]$")]
    private static partial Regex Note();

    [GeneratedRegex(
        @"^public (?:(?:static|abstract|sealed) )*(?<kind>class|struct|interface|enum) (?<name>\w+\.[\w.`]+)")]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^public (?<kind>delegate) [\w.\[\]]+ (?<name>\w+\.[\w.`]+)(?:<[^>]*>)?\(")]
    private static partial Regex DelegateLine();
}
