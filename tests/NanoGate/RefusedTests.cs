using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.Tests.NanoGate;

/// <summary>What the device lacks or breaks on, or our rules forbid: refused at its line.</summary>
public sealed class RefusedTests
{
    public static IEnumerable<object[]> Statements =>
    [
        .. RefusedConstructs.DangerousStatements, .. RefusedConstructs.UncompiledStatements,
        .. RefusedConstructs.MissingStatements, .. RefusedConstructs.DifferentStatements,
        .. RefusedConstructs.UnsignedStatements,
    ];

    public static IEnumerable<object[]> Members =>
    [
        .. RefusedConstructs.DangerousMembers, .. RefusedConstructs.UncompiledMembers,
        .. RefusedConstructs.DifferentMembers,
    ];

    /// <summary>Whole files whose third line is refused.</summary>
    public static TheoryData<string, string, string> Disguises => new()
    {
        { "LLNANO050", "using static System.String;\nclass C { void M() {\nJoin(\"a\", \"b\"); } }", "StringBuilder" },
        { "LLNANO050", "using static System.Array;\nclass C { void M(byte[] b) {\nSort(b); } }", "insertion sort" },
        { "LLNANO050", "using S = System.String;\nclass C { void M() {\nS.Join(\"a\", \"b\"); } }", "StringBuilder" },
        { "LLNANO040", "using D = System.Diagnostics.Debug;\nclass C { void M() {\nD.Write(\"a\"); } }", "Console" },
        { "LLNANO040", "using static System.Diagnostics.Debug;\nclass C { void M() {\nWrite(\"a\"); } }", "Console" },
        { "LLNANO040", "using static System.Threading.Thread;\nclass C { void M() {\nSleep(1); } }", "BoardClock" },
        {
            "LLNANO035",
            "using Map = System.Collections.Hashtable; class K { }\nclass C { void M(Map map) {\nmap[new K()] = 1; } }",
            "a string"
        },
        { "LLNANO030", "using Day = System.DayOfWeek;\nclass C { void M(Day day) {\nday.ToString(); } }", "a switch" },
        { "LLNANO038", "class C { }\n\n#if DEBUG\n#endif", "one source" },
        { "LLNANO038", "class C { }\n\n#if !NANOFRAMEWORK_1_0\nclass D { }\n#endif", "one source" },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public void Statement(string id, string line, string instead) => RefusedAt(11, id, instead, $$"""
        using System; using System.Collections; using System.Threading;
        public delegate string TextMaker();
        public delegate void Say(string text);
        public class Keyed { public override int GetHashCode() { return 1; } }
        public class Tested
        {
            public Tested Make() { return this; }
            public void Go(byte[] bytes, int number, int other, string text, DayOfWeek day)
            {

                {{line}}
            }
        }
        """);

    [Theory]
    [MemberData(nameof(Members))]
    public void Member(string id, string line, string instead) => RefusedAt(8, id, instead, $$"""
        using System; using System.Collections;
        public class Keyed { public override int GetHashCode() { return 1; } }
        public class Later { public static readonly int Value = 3; }
        public class Wide { public virtual Wide Self() { return this; } public virtual Wide Me { get => this; } }
        public class Tested
        {
            static readonly byte[] Fixed = { 1, 2 }; static byte[] Make() { return new byte[1]; }
            {{line}}
        }
        """);

    [Theory]
    [MemberData(nameof(Disguises))]
    public void Disguised(string id, string source, string instead) => RefusedAt(3, id, instead, source);

    [Theory]
    [InlineData("using System.Linq;", "a loop")]
    [InlineData("using static System.Linq.Enumerable;", "a loop")]
    [InlineData("using E = System.Linq.Enumerable;", "a loop")]
    [InlineData("using System.Collections.Generic;", "ArrayList")]
    [InlineData("using System.Threading.Tasks;", "Tick")]
    [InlineData("using global::System.Threading.Tasks;", "Tick")]
    public void Using(string line, string instead) => RefusedAt(1, "LLNANO050", instead, line);

    [Theory]
    [InlineData("using Numbers = System.Collections.Generic.List<int>;", "ArrayList")]
    [InlineData("using Take = System.Action<int>;", "Action without arguments")]
    [InlineData("using Nested = System.Action<System.Action<int>>;", "Action without arguments")]
    public void AliasThatHidesAGeneric(string line, string instead) => RefusedAt(1, "LLNANO001", instead, line);

    [Fact]
    public void TheClockTypeMayReadTimeAndWait() => Assert.Empty(DeviceCompile.Gate("""
        using System.Threading;
        namespace Time { public abstract class BoardClock { } }
        public class SystemClock : Time.BoardClock { public void Wait(int ms) { Thread.Sleep(ms); } }
        """));

    [Fact]
    public void APlainMistakeIsLeftToTheCompilerWhenItIsAlone() =>
        Assert.Empty(DeviceCompile.Gate("public class C { int _x = \"text\"; }"));

    [Fact]
    public void APlainMistakeIsSaidBesideOthers() => Assert.Equal(
        ["LLNANO032 at 2", "LLNANO099 at 1"],
        DeviceCompile.Places(DeviceCompile.Gate("public class C { int _x = \"text\";\nstatic int _y; }")));

    /// <summary>A project that sets CheckForOverflowUnderflow makes all arithmetic checked.</summary>
    [Fact]
    public void CheckedArithmeticOfAWholeProject()
    {
        CSharpCompilation compilation = DeviceCompile.Compilation("public class C { }");
        Diagnostic finding = Assert.Single(
            DeviceCompile.Gate(compilation.WithOptions(compilation.Options.WithOverflowChecks(true))));
        Assert.Equal("LLNANO004", finding.Id);
        Assert.Contains("CheckForOverflowUnderflow", finding.GetMessage());
    }

    /// <summary>The id is found at the line with the replacement, and nothing on any other line.</summary>
    private static void RefusedAt(int line, string id, string instead, string source)
    {
        IReadOnlyList<Diagnostic> findings = DeviceCompile.Gate(source);
        string[] places = DeviceCompile.Places(findings);
        Assert.Contains($"{id} at {line}", places);
        Assert.All(places, place => Assert.EndsWith($" at {line}", place));
        string named = id == "LLNANO051" ? "Not in firmware/nano-api" : "Instead: ";
        string[] messages = [.. findings.Where(f => f.Id == id).Select(finding => finding.GetMessage())];
        Assert.Contains(messages, message =>
            message.IndexOf(named, StringComparison.Ordinal) is >= 0 and int start
            && message[start..].Contains(instead, StringComparison.Ordinal));
    }
}
