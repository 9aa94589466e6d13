using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.IO;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace LumenLink.NanoAnalyzer;

/// <summary>One line of house policy: a member device code shall not use, and where it may after all.</summary>
internal sealed class HouseRule(string member, string instead, ImmutableArray<string> exempt)
{
    /// <summary>Full name: type, or type and member.</summary>
    public string Member { get; } = member;

    /// <summary>What to write instead.</summary>
    public string Instead { get; } = instead;

    /// <summary>Whether the member is allowed in a type, and in what derives from it.</summary>
    /// <param name="type">Full name; the rule may name the end of it only (<c>Time.BoardClock</c>).</param>
    public bool Exempts(string type) =>
        exempt.Any(allowed => ("." + type).EndsWith("." + allowed, StringComparison.Ordinal));
}

/// <summary>
/// The gate's two text files. <c>nano-missing.txt</c>: what nanoFramework lacks and what to write instead.
/// <c>nano-gate.txt</c>: our own rules. Both: <c>full name -&gt; replacement</c>, and the second may end in
/// <c>; except in type, type</c>. Lines beginning with # and empty lines are skipped.
/// </summary>
internal sealed class GateFiles
{
    /// <summary>Name of the file with replacements for what nanoFramework lacks.</summary>
    public const string MissingFile = "nano-missing.txt";

    /// <summary>Name of the file with house rules.</summary>
    public const string PolicyFile = "nano-gate.txt";

    private const string Arrow = " -> ";
    private const string Except = "; except in ";

    private readonly Dictionary<string, string> _missing = [];
    private readonly Dictionary<string, string> _missingBySimpleName = [];
    private readonly Dictionary<string, HouseRule> _house = [];
    private readonly List<Diagnostic> _problems = [];

    /// <summary>Files that are absent or lines that cannot be read.</summary>
    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>Whether an additional file of the compilation belongs to the gate.</summary>
    public static bool IsOurs(AdditionalText file) => Path.GetFileName(file.Path) is MissingFile or PolicyFile;

    /// <summary>Reads both files; what is wrong with them becomes <see cref="Problems"/>.</summary>
    public static GateFiles Read(ImmutableArray<AdditionalText> files, CancellationToken cancel)
    {
        GateFiles result = new();
        result.ReadFile(files, MissingFile, result.AddMissing, cancel);
        result.ReadFile(files, PolicyFile, result.AddHouseRule, cancel);
        return result;
    }

    /// <summary>What to write instead of a member of a type that nanoFramework has.</summary>
    /// <param name="type">Type through which it is used; base types and interfaces are asked too.</param>
    /// <param name="member">Simple name.</param>
    /// <returns>Full name and replacement, or null.</returns>
    public (string Name, string Instead)? MissingMember(ITypeSymbol type, string member)
    {
        for (ITypeSymbol? owner = type; owner is not null; owner = owner.BaseType)
            if (_missing.TryGetValue($"{Names.Full(owner)}.{member}", out string instead))
                return ($"{Names.Full(owner)}.{member}", instead);
        return _missing.TryGetValue("*." + member, out string any) ? (member, any) : null;
    }

    /// <summary>What to write instead of a type or namespace that nanoFramework lacks.</summary>
    /// <param name="name">Simple or full name.</param>
    /// <returns>Full name and replacement, or null.</returns>
    public (string Name, string Instead)? MissingName(string name)
    {
        if (!_missing.ContainsKey(name) && !_missingBySimpleName.TryGetValue(name, out name!)) return null;
        return (name, _missing[name]);
    }

    /// <summary>The house rule about a member, or null.</summary>
    public HouseRule? House(string fullName) => _house.TryGetValue(fullName, out HouseRule rule) ? rule : null;

    private void AddMissing(string name, string instead)
    {
        _missing[name] = instead;
        _missingBySimpleName[name.Substring(name.LastIndexOf('.') + 1)] = name;
    }

    private void AddHouseRule(string name, string rest)
    {
        int except = rest.IndexOf(Except, StringComparison.Ordinal);
        ImmutableArray<string> exempt = except < 0
            ? []
            : [.. rest.Substring(except + Except.Length).Split(',').Select(type => type.Trim())];
        _house[name] = new HouseRule(name, except < 0 ? rest : rest.Substring(0, except), exempt);
    }

    private void ReadFile(
        ImmutableArray<AdditionalText> files, string name, Action<string, string> add, CancellationToken cancel)
    {
        AdditionalText? file = files.FirstOrDefault(candidate => Path.GetFileName(candidate.Path) == name);
        if (file?.GetText(cancel) is not { } text)
        {
            _problems.Add(Diagnostic.Create(
                Catalog.GateFile, Location.None, $"{name} is not among the compilation's additional files"));
            return;
        }

        foreach (TextLine line in text.Lines)
        {
            string content = line.ToString().Trim();
            if (content.Length == 0 || content[0] == '#') continue;
            int arrow = content.IndexOf(Arrow, StringComparison.Ordinal);
            if (arrow > 0) add(content.Substring(0, arrow).Trim(), content.Substring(arrow + Arrow.Length).Trim());
            else _problems.Add(Diagnostic.Create(
                Catalog.GateFile, Place(file, text, line), "not 'name -> replacement'"));
        }
    }

    private static Location Place(AdditionalText file, SourceText text, TextLine line) =>
        Location.Create(file.Path, line.Span, text.Lines.GetLinePositionSpan(line.Span));
}
