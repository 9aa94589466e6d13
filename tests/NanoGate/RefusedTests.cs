using Microsoft.CodeAnalysis;

namespace LumenLink.Tests.NanoGate;

/// <summary>What the device lacks or breaks on, or our rules forbid, is refused at its line.</summary>
public sealed class RefusedTests
{
    /// <summary>Statements: id, then one line of a method body.</summary>
    public static TheoryData<string, string> Statements => new()
    {
        { "LLNANO001", "System.Collections.Generic.List<int> list = null;" },
        { "LLNANO001", "Span<byte> span = bytes;" },
        { "LLNANO001", "System.Func<int> make = null;" },
        { "LLNANO001", "System.Action<int> take = null;" },
        { "LLNANO001", "System.EventHandler<EventArgs> handler = null;" },
        { "LLNANO001", "T Local<T>(T value) { return value; }" },
        { "LLNANO002", "SpanByte span = stackalloc byte[4];" },
        { "LLNANO002", "var span = stackalloc[] { 1, 2 };" },
        { "LLNANO003", "unsafe { int number = 0; int* pointer = &number; }" },
        { "LLNANO003", "unsafe { fixed (byte* pointer = bytes) { } }" },
        { "LLNANO003", "unsafe { delegate*<int> pointer = null; }" },
        { "LLNANO004", "int sum = checked(number + 1);" },
        { "LLNANO004", "checked { number++; }" },
        { "LLNANO005", "int[,] grid = new int[2, 2];" },
        { "LLNANO007", "await Wait();" },
        { "LLNANO009", "(int, int) pair = (1, 2);" },
        { "LLNANO009", "var (first, second) = Pair();" },
        { "LLNANO009", "(number, other) = (other, number);" },
        { "LLNANO011", "int? maybe = null;" },
        { "LLNANO011", "DateTime? maybe = null;" },
        { "LLNANO012", "int length = text?.Length == 3 ? 1 : 0;" },
        { "LLNANO013", "byte last = bytes[^1];" },
        { "LLNANO013", "byte[] part = bytes[1..2];" },
        { "LLNANO014", "var query = from value in bytes select value;" },
        { "LLNANO015", "decimal price = 1;" },
        { "LLNANO015", "var price = 1.5m;" },
        { "LLNANO016", "dynamic thing = text;" },
        { "LLNANO019", "object boxed = new SpanByte(bytes);" },
        { "LLNANO019", "SpanByte[] spans = null;" },
        { "LLNANO030", "string name = DayOfWeek.Monday.ToString();" },
        { "LLNANO030", "string name = \"day \" + DayOfWeek.Monday;" },
        { "LLNANO030", "text += DayOfWeek.Monday;" },
        { "LLNANO030", "string name = $\"day {DayOfWeek.Monday}\";" },
        { "LLNANO030", "string name = string.Format(\"{0}\", DayOfWeek.Monday);" },
        { "LLNANO031", "int rest = number % -1;" },
        { "LLNANO031", "int negative = number / -1;" },
        { "LLNANO031", "number %= -1;" },
        { "LLNANO035", "new Hashtable().Add(new Keyed(), 1);" },
        { "LLNANO035", "object found = new Hashtable()[new Keyed()];" },
        { "LLNANO040", "Thread.Sleep(1);" },
        { "LLNANO040", "Action wait = () => Thread.Sleep(TimeSpan.Zero);" },
        { "LLNANO040", "DateTime now = DateTime.UtcNow;" },
        { "LLNANO040", "long now = Environment.TickCount64;" },
        { "LLNANO040", "ulong now = nanoFramework.Hardware.Esp32.HighResTimer.GetCurrent();" },
        { "LLNANO040", "System.Diagnostics.Debug.WriteLine(text);" },
        { "LLNANO040", "new System.Text.StringBuilder().AppendLine(text);" },
        { "LLNANO050", "string joined = string.Join(\",\", \"a\", \"b\");" },
        { "LLNANO050", "string other2 = text.Replace(\"a\", \"b\");" },
        { "LLNANO050", "Array.Sort(bytes);" },
        { "LLNANO050", "Array.Reverse(bytes);" },
        { "LLNANO050", "Array.Resize(ref bytes, 2);" },
        { "LLNANO050", "Buffer.BlockCopy(bytes, 0, bytes, 1, 1);" },
        { "LLNANO050", "bool digit = char.IsDigit('1');" },
        { "LLNANO050", "bool letter = char.IsLetter('a');" },
        { "LLNANO050", "bool same = Guid.Empty == Guid.NewGuid();" },
        { "LLNANO050", "try { } catch (DivideByZeroException) { }" },
        { "LLNANO050", "var hash = SHA256.Create();" },
        { "LLNANO050", "Task task = null;" },
        { "LLNANO050", "var first = bytes.Where(value => value > 1);" },
        { "LLNANO050", "Console.WriteLine(5);" },
        { "LLNANO050", "new AutoResetEvent(false).WaitOne(5);" },
        { "LLNANO050", "Timer timer = new Timer(null);" },
        { "LLNANO051", "Undefined();" },
        { "LLNANO051", "var port = new System.IO.Ports.SerialPort();" },
    };

    /// <summary>Members: id, then one line of a class body.</summary>
    public static TheoryData<string, string> Members => new()
    {
        { "LLNANO001", "void Take<T>(T value) { }" },
        { "LLNANO001", "delegate T Maker<T>();" },
        { "LLNANO001", "class Box<T> { }" },
        { "LLNANO003", "unsafe struct Block { fixed byte Data[4]; }" },
        { "LLNANO006", "interface IFace { int Size() => 4; }" },
        { "LLNANO006", "interface IFace { int Size { get { return 4; } } }" },
        { "LLNANO006", "interface IFace { static int Size; }" },
        { "LLNANO006", "interface IFace { static abstract int Size(); }" },
        { "LLNANO007", "async void Go() { }" },
        { "LLNANO008", "IEnumerable Numbers() { yield return 1; }" },
        { "LLNANO009", "(int, int) Both() { return default; }" },
        { "LLNANO010", "record Point(int X, int Y);" },
        { "LLNANO011", "int? _maybe;" },
        { "LLNANO017", "volatile int _flag;" },
        { "LLNANO018", "class Narrow : Wide { public override Narrow Self() { return this; } }" },
        { "LLNANO019", "SpanByte _span;" },
        { "LLNANO019", "SpanByte Span { get; set; }" },
        { "LLNANO032", "static int _count;" },
        { "LLNANO032", "static byte[] _buffer = new byte[32];" },
        { "LLNANO032", "static readonly byte[] Buffer = new byte[32];" },
        { "LLNANO032", "static int Count { get; set; }" },
        { "LLNANO032", "static event EventHandler Changed;" },
        { "LLNANO033", "static readonly object Lock = new object();" },
        { "LLNANO033", "static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);" },
        { "LLNANO033", "static readonly string Name = string.Empty;" },
        { "LLNANO033", "static readonly int Length = Fixed.Length;" },
        { "LLNANO033", "static byte[] Made { get; } = Make();" },
        { "LLNANO034", "static Tested() { }" },
    };

    [Theory]
    [MemberData(nameof(Statements))]
    public void Statement(string id, string line) => RefusedAt(8, id, $$"""
        using System; using System.Collections; using System.Threading;
        public class Keyed { public override int GetHashCode() { return 1; } }
        public class Tested
        {
            public void Go(byte[] bytes, int number, int other, string text)
            {

                {{line}}
            }
        }
        """);

    [Theory]
    [MemberData(nameof(Members))]
    public void Member(string id, string line) => RefusedAt(6, id, $$"""
        using System; using System.Collections;
        public class Wide { public virtual Wide Self() { return this; } }
        public class Tested
        {
            static readonly byte[] Fixed = { 1, 2 }; static byte[] Make() { return new byte[1]; }
            {{line}}
        }
        """);

    [Theory]
    [InlineData("using System.Linq;")]
    [InlineData("using System.Collections.Generic;")]
    [InlineData("using System.Threading.Tasks;")]
    public void Using(string line) => RefusedAt(1, "LLNANO050", line);

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

    [Fact]
    public void EveryMessageNamesWhatToWriteInstead()
    {
        IEnumerable<Diagnostic> findings = Statements.Concat(Members).SelectMany(row => DeviceCompile.Gate(
            $"using System; using System.Collections; class C {{ void M(byte[] bytes, int number) {{ {row[1]} }} }}"));
        Assert.DoesNotContain(
            findings.Where(finding => finding.Id is not ("LLNANO051" or "LLNANO052" or "LLNANO099")),
            finding => !finding.GetMessage().Contains("Instead: ", StringComparison.Ordinal));
    }

    /// <summary>The id is found at the line, and nothing on any other line.</summary>
    private static void RefusedAt(int line, string id, string source)
    {
        string[] places = DeviceCompile.Places(DeviceCompile.Gate(source));
        Assert.Contains($"{id} at {line}", places);
        Assert.All(places, place => Assert.EndsWith($" at {line}", place));
    }
}
