using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.Tests.NanoGate;

/// <summary>
/// What works on the board only with a later language version than the C# 9 we build with: refused, and the project's
/// language version with it.
/// </summary>
public sealed class NewerTests
{
    /// <summary>A file whose second line is refused, and words of the replacement.</summary>
    public static TheoryData<string, string> Constructs => new()
    {
        { "\nnamespace Device;", "namespace in braces" },
        { "class C { string S =\n\"\"\"a \"b\" c\"\"\"; }", "@-string" },
        { "class C { string S =\n\"\"\"\n    a\n    \"\"\"; }", "@-string" },
        { "class C { string M(int n) { return\n$$\"\"\"{{n}}\"\"\"; } }", "@-string" },
        { "class C { int M(int n) {\nreturn n >>> 1; } }", "unsigned" },
        { "class C { void M(int n) {\nn >>>= 1; } }", "unsigned" },
        { "\nclass C(int n) { int M() { return n; } }", "a constructor" },
        { "\nstruct S(int n) { public int M() { return n; } }", "a constructor" },
        { "static class C {\nextension(string text) { public int Twice() { return text.Length * 2; } } }", "this" },
        { "class C { void M() {\nvar one = () => 1; } }", "delegate type" },
        { "class C { void M() {\nvar same = (int n) => n; } }", "delegate type" },
        { "class C { void M() {\nvar self = M; } }", "delegate type" },
        { "delegate int Step(int n); class C { void M() {\nStep one = (int n = 3) => n; } }", "delegate type" },
        { "\nglobal using System;", "what C# 9 has" },
        { "\nfile class C { }", "what C# 9 has" },
        { "struct S {\npublic int A = 3; public S(int a) { } }", "what C# 9 has" },
        { "struct S {\npublic S() { } }", "what C# 9 has" },
        { "class C { string S; bool M(C c) {\nreturn c is { S.Length: 3 }; } }", "what C# 9 has" },
        { "class C { const string A = \"a\";\nconst string B = $\"{A}b\"; }", "what C# 9 has" },
        { "class C {\nvoid M(params System.Collections.ArrayList list) { } }", "what C# 9 has" },
        { "class C { void M(System.SpanByte span) {\nscoped System.SpanByte other = span; } }", "what C# 9 has" },
        { "class C {\nvoid M(ref readonly int n) { } }", "what C# 9 has" },
    };

    [Theory]
    [MemberData(nameof(Constructs))]
    public void RefusedInCSharp9(string source, string instead)
    {
        IReadOnlyList<Diagnostic> findings = DeviceCompile.Gate(source);
        Diagnostic finding = findings.First(f => f.Id == "LLNANO020");
        Assert.Equal(2, finding.Location.GetLineSpan().StartLinePosition.Line + 1);
        string message = finding.GetMessage();
        Assert.Contains(instead, message[message.IndexOf("Instead: ", StringComparison.Ordinal)..]);
        Assert.Contains(
            DeviceCompile.Compilation(source).GetDiagnostics(),
            error => error is { Severity: DiagnosticSeverity.Error });
    }

    [Theory]
    [MemberData(nameof(Constructs))]
    public void RefusedAtItsLineWhenTheVersionIsRaised(string source, string instead)
    {
        if (instead == "what C# 9 has") return; // The compiler's own words: in a later version it has none.
        Assert.Contains(
            DeviceCompile.Gate(DeviceCompile.Compilation(source, LanguageVersion.CSharp14)),
            f => f.Id == "LLNANO020" && f.Location.IsInSource
                && f.Location.GetLineSpan().StartLinePosition.Line + 1 == 2
                && f.GetMessage().Contains(instead, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LanguageVersion.CSharp10)]
    [InlineData(LanguageVersion.CSharp14)]
    [InlineData(LanguageVersion.Preview)]
    public void AProjectMayNotRaiseTheLanguageVersion(LanguageVersion version)
    {
        Diagnostic finding = Assert.Single(
            DeviceCompile.Gate(DeviceCompile.Compilation("public class C { }", version)));
        Assert.Equal("LLNANO020", finding.Id);
        Assert.Contains("LangVersion", finding.GetMessage());
    }

    /// <summary>What breaks the device stays refused whatever the version.</summary>
    [Theory]
    [InlineData("LLNANO010", "record struct Point(int X);")]
    [InlineData("LLNANO020", "class C { int[] A = [1]; }")]
    [InlineData("LLNANO001", "class C { void M() { var one = (int n) => n; System.Action<int> two = null; } }")]
    public void WhatBreaksTheDeviceIsRefusedInAnyVersion(string id, string source) => Assert.Contains(
        DeviceCompile.Gate(DeviceCompile.Compilation(source, LanguageVersion.CSharp14)),
        finding => finding.Id == id && finding.Location.IsInSource);
}
