namespace LumenLink.Tests.NanoGate;

/// <summary>
/// What device code must not contain: the gate's id, one line of source, and words of the replacement that the message
/// must name. One list for each reason.
/// </summary>
internal static class RefusedConstructs
{
    private const string Generic = "LLNANO001";
    private const string Pointer = "LLNANO003";
    private const string Checked = "LLNANO004";
    private const string Body = "LLNANO006";
    private const string Async = "LLNANO007";
    private const string Tuple = "LLNANO009";
    private const string Nullable = "LLNANO011";
    private const string Range = "LLNANO013";
    private const string Span = "LLNANO019";
    private const string EnumText = "LLNANO030";
    private const string Unsigned = "LLNANO039";
    private const string Initialiser = "LLNANO033";
    private const string Key = "LLNANO035";
    private const string House = "LLNANO040";
    private const string Missing = "LLNANO050";

    /// <summary>Compiles with the board's own tools, then crashes, hangs, throws or does something else.</summary>
    public static TheoryData<string, string, string> DangerousStatements => new()
    {
        { Generic, "T Local<T>(T value) { return value; }", "without type parameters" },
        { Generic, "var made = Made(number); T Made<T>(T value) { return value; }", "without type parameters" },
        { Generic, "System.Func<int> make = null;", "delegate of your own" },
        { Generic, "System.Action<int> take = null;", "Action without arguments" },
        { Generic, "var take = (System.Action<int>)null;", "Action without arguments" },
        { Generic, "System.EventHandler<EventArgs> handler = null;", "EventHandler without type argument" },
        { Generic, "object type = typeof(System.Action<>);", "Action without arguments" },
        { Generic, "object type = typeof(System.Action<System.Func<int[]>>);", "Action without arguments" },
        { Generic, "bool is1 = text is System.Action<int>;", "Action without arguments" },
        { Generic, "string name = nameof(System.Func<int>);", "delegate of your own" },
        { Generic, "var made = new { Number = number };", "small class" },
        { "LLNANO002", "SpanByte span = stackalloc byte[4];", "allocated once" },
        { "LLNANO002", "var span = stackalloc[] { 1, 2 };", "allocated once" },
        { Pointer, "unsafe { int here = 0; int* pointer = &here; }", "arrays with an index" },
        { Pointer, "unsafe { fixed (byte* pointer = bytes) { } }", "arrays with an index" },
        { Pointer, "fixed (byte* pointer = bytes) { }", "arrays with an index" },
        { Pointer, "unsafe { delegate*<int> pointer = null; }", "delegate" },
        { Pointer, "delegate*<int, int> pointer = null;", "delegate" },
        { Checked, "int sum = checked(number + 1);", "compare with the limit" },
        { Checked, "byte low = checked((byte)number);", "compare with the limit" },
        { Checked, "checked { number++; }", "compare with the limit" },
        { Checked, "unchecked { number = checked(number * 2); }", "compare with the limit" },
        { "LLNANO005", "int[,] grid = new int[2, 2];", "row * width + column" },
        { "LLNANO005", "var grid = new[,] { { 1, 2 }, { 3, 4 } };", "row * width + column" },
        { "LLNANO005", "int[][,] grids = null;", "row * width + column" },
        { "LLNANO005", "object type = typeof(byte[,,]);", "row * width + column" },
        { "LLNANO031", "int rest = int.MinValue % -1;", "0 for the remainder" },
        { "LLNANO031", "int rest = number % -1;", "0 for the remainder" },
        { "LLNANO031", "int rest = number % (-1);", "0 for the remainder" },
        { "LLNANO031", "const int Down = -1; int rest = number % Down;", "0 for the remainder" },
        { "LLNANO031", "long wide = number; wide %= -1L;", "0 for the remainder" },
        { "LLNANO031", "int negative = number / -1;", "negate" },
        { "LLNANO031", "number /= -1;", "negate" },
    };

    /// <inheritdoc cref="DangerousStatements"/>
    public static TheoryData<string, string, string> DangerousMembers => new()
    {
        { Generic, "void Take<T>(T value) { }", "without type parameters" },
        { Generic, "delegate T Maker<T>();", "without type parameters" },
        { Generic, "class Box<T> { }", "without type parameters" },
        { Generic, "struct Box<T> { }", "without type parameters" },
        { Generic, "interface IBox<T> { }", "without type parameters" },
        { Generic, "event Action<int> Heard;", "Action without arguments" },
        { Generic, "class Own : IEquatable<Own> { public bool Equals(Own own) => true; }", "Equals(object)" },
        { Pointer, "unsafe struct Block { fixed byte Data[4]; }", "arrays with an index" },
        { Pointer, "unsafe void Go() { }", "arrays with an index" },
        { Body, "interface IFace { int Size() => 4; }", "abstract class" },
        { Body, "interface IFace { int Size() { return 4; } }", "abstract class" },
        { Body, "interface IFace { private int Size() { return 4; } }", "abstract class" },
        { Body, "interface IFace { virtual int Size() { return 4; } }", "abstract class" },
        { Body, "interface IFace { sealed int Size() { return 4; } }", "abstract class" },
        { Body, "interface IFace { int Size { get { return 4; } } }", "abstract class" },
        { Body, "interface IFace { int Size => 4; }", "abstract class" },
        { Body, "interface IFace { int this[int index] => index; }", "abstract class" },
        { Body, "interface IFace { event EventHandler Heard { add { } remove { } } }", "abstract class" },
        { Body, "interface IA { int Go(); } interface IB : IA { int IA.Go() => 4; }", "abstract class" },
        { Body, "interface IFace { static int Size; }", "static class" },
        { Body, "interface IFace { static int Size() { return 4; } }", "static class" },
        { Body, "interface IFace { static abstract int Size(); }", "static class" },
        { "LLNANO037", "extern static void Native();", "managed code" },
    };

    /// <summary>Does not compile for the board: its library lacks what the compiler needs.</summary>
    public static TheoryData<string, string, string> UncompiledStatements => new()
    {
        { Generic, "Span<byte> span = bytes;", "offset and length" },
        { Generic, "ReadOnlySpan<byte> span = bytes;", "offset and length" },
        { "LLNANO020", "var literal = \"abc\"u8;", "constant byte array" },
        { Tuple, "(int, int) pair = (1, 2);", "out parameters" },
        { Tuple, "var pair = (number, text);", "out parameters" },
        { Tuple, "var (first, second) = Pair();", "out parameters" },
        { Tuple, "(number, other) = (other, number);", "swap through a local" },
        { Tuple, "foreach (var (key, value) in new Hashtable()) { }", "out parameters" },
        { Tuple, "number = (number, other) switch { (1, 2) => 3, _ => 4 };", "out parameters" },
        { Tuple, "bool both = text is (1, 2);", "out parameters" },
        { "LLNANO010", "var copy = text with { Length = 1 };", "sealed class" },
        { Nullable, "int? maybe = null;", "a bool beside the value" },
        { Nullable, "DateTime? maybe = null;", "a bool beside the value" },
        { Nullable, "DayOfWeek? maybe = default;", "a bool beside the value" },
        { Nullable, "var maybe = (int?)number;", "a bool beside the value" },
        { Generic, "System.Nullable<int> maybe = null;", "a bool beside the value" },
        { "LLNANO012", "int length = text?.Length == 3 ? 1 : 0;", "compare with null" },
        { "LLNANO012", "var length = text?.Length;", "compare with null" },
        { "LLNANO012", "var first = text?[0];", "compare with null" },
        { "LLNANO012", "text?.IndexOf(\"a\");", "compare with null" },
        { Range, "byte last = bytes[^1];", "Length - n" },
        { Range, "var last = ^1;", "Length - n" },
        { Range, "byte[] part = bytes[1..2];", "an offset and a count" },
        { Range, "string rest = text[1..];", "an offset and a count" },
        { Range, "byte[] all = bytes[..];", "an offset and a count" },
        { "LLNANO020", "bool is1 = bytes is [1, 2];", "compare Length" },
        { "LLNANO020", "bool is1 = bytes is [1, ..];", "compare Length" },
        { Async, "await Wait();", "Tick" },
        { Async, "Action wait = async () => { };", "Tick" },
        { Async, "await foreach (byte value in bytes) { }", "Tick" },
        { Async, "await using (var made = Make()) { }", "Tick" },
        { Generic, "System.Collections.Generic.List<int> list = null;", "ArrayList" },
        { Generic, "var list = new System.Collections.Generic.List<int[]>();", "ArrayList" },
        { Generic, "var list = new global::System.Collections.Generic.List<int>();", "ArrayList" },
        { Generic, "foreach (int one in (System.Collections.Generic.IEnumerable<int>)null) { }", "IEnumerable" },
        { Generic, "System.Collections.Generic.Dictionary<string, int> map = null;", "Hashtable" },
        { Generic, "object type = typeof(System.Collections.Generic.Dictionary<,>);", "Hashtable" },
        { "LLNANO014", "var query = from value in bytes select value;", "a loop" },
        { Missing, "var first = bytes.Where(value => value > 1);", "a loop" },
        { Missing, "var range = System.Linq.Enumerable.Range(0, 3);", "a loop" },
        { "LLNANO015", "decimal price = 1;", "smallest unit" },
        { "LLNANO015", "var price = 1.5m;", "smallest unit" },
        { Missing, "Decimal price = default;", "smallest unit" },
        { "LLNANO016", "dynamic thing = text;", "object and a cast" },
        { "LLNANO020", "int[] made = [1, 2];", "new T[]" },
        { "LLNANO020", "byte[] made = [.. bytes];", "new T[]" },
        { Span, "object boxed = new SpanByte(bytes);", "byte[] with offset and length" },
        { Span, "object boxed = (object)new SpanByte(bytes);", "byte[] with offset and length" },
        { Span, "new ArrayList().Add(new SpanByte(bytes));", "byte[] with offset and length" },
        { Span, "SpanByte[] spans = null;", "byte[] with offset and length" },
        { Span, "SpanByte span = bytes; Action go = () => number = span.Length;", "byte[] with offset and length" },
    };

    /// <inheritdoc cref="UncompiledStatements"/>
    public static TheoryData<string, string, string> UncompiledMembers => new()
    {
        { Tuple, "(int, int) Both() { return default; }", "out parameters" },
        { Tuple, "(int A, int B) _both;", "out parameters" },
        { "LLNANO010", "record Point(int X, int Y);", "sealed class" },
        { "LLNANO010", "record Point { public int X; }", "sealed class" },
        { "LLNANO010", "record struct Point(int X);", "sealed class" },
        { "LLNANO010", "readonly record struct Point(int X);", "sealed class" },
        { Nullable, "int? _maybe;", "a bool beside the value" },
        { Nullable, "void Go(int? maybe = null) { }", "a bool beside the value" },
        { "LLNANO008", "IEnumerable Numbers() { yield return 1; }", "fill an array" },
        { "LLNANO008", "IEnumerator Numbers() { yield break; }", "fill an array" },
        { Async, "async void Go() { }", "Tick" },
        { Async, "async System.Threading.Tasks.Task Go() { }", "Tick" },
        { "LLNANO016", "dynamic _thing;", "object and a cast" },
        { "LLNANO017", "volatile int _flag;", "Interlocked" },
        { "LLNANO018", "class Narrow : Wide { public override Narrow Self() { return this; } }", "same return type" },
        { "LLNANO018", "class Narrow : Wide { public override Narrow Me { get { return this; } } }", "same return" },
        { "LLNANO020", "class Made { public required int A { get; set; } }", "constructor parameter" },
        { Generic, "void Go(params System.Span<int> all) { }", "byte[] with offset and length" },
        { Generic, "void Go(params System.Collections.Generic.IEnumerable<int> all) { }", "IEnumerable" },
        { Span, "SpanByte _span;", "byte[] with offset and length" },
        { Span, "SpanByte Span { get; set; }", "byte[] with offset and length" },
        { Span, "ref struct Held { public SpanByte Span; }", "byte[] with offset and length" },
    };

    /// <summary>Members and types that the board's libraries lack.</summary>
    public static TheoryData<string, string, string> MissingStatements => new()
    {
        { Missing, "string joined = string.Join(\",\", \"a\", \"b\");", "StringBuilder" },
        { Missing, "string joined = System.String.Join(\",\", \"a\", \"b\");", "StringBuilder" },
        { Missing, "string clean = text.Replace(\"a\", \"b\");", "StringBuilder.Replace" },
        { Missing, "string clean = text?.Trim().Replace('a', 'b');", "StringBuilder.Replace" },
        { Missing, "Array.Sort(bytes);", "insertion sort" },
        { Missing, "Array.Reverse(bytes);", "a loop" },
        { Missing, "Array.Resize(ref bytes, 2);", "Array.Copy" },
        { Generic, "Array.Resize<byte>(ref bytes, 2);", "Array.Copy" },
        { Missing, "Buffer.BlockCopy(bytes, 0, bytes, 1, 1);", "Array.Copy" },
        { Missing, "System.Buffer.BlockCopy(bytes, 0, bytes, 1, 1);", "Array.Copy" },
        { Missing, "global::System.Buffer.BlockCopy(bytes, 0, bytes, 1, 1);", "Array.Copy" },
        { Missing, "bool digit = char.IsDigit('1');", "c >= '0'" },
        { Missing, "bool digit = Char.IsDigit(text[0]);", "c >= '0'" },
        { Missing, "bool letter = char.IsLetter('a');", "ranges" },
        { Missing, "bool same = Guid.Empty == Guid.NewGuid();", "Equals" },
        { Missing, "bool differs = Guid.Empty != Guid.NewGuid();", "Equals" },
        { Missing, "try { } catch (DivideByZeroException) { }", "test of the divisor" },
        { Missing, "throw new System.DivideByZeroException();", "test of the divisor" },
        { Missing, "try { } catch (System.ArithmeticException) { }", "test of the operands" },
        { Missing, "var hash = SHA256.Create();", "managed SHA-256" },
        { Missing, "var hash = System.Security.Cryptography.SHA256.HashData(bytes);", "managed SHA-256" },
        { Missing, "Task task = null;", "Tick" },
        { Missing, "System.Threading.Tasks.Task.Run(() => { });", "Tick" },
        { Missing, "lock (new System.Threading.Lock()) { }", "lock on an object" },
        { Missing, "var watch = System.Diagnostics.Stopwatch.StartNew();", "BoardClock" },
        { Missing, "int bits = System.Numerics.BitOperations.PopCount(3u);", "masks" },
        { Missing, "bool has = text.Contains('a');", "IndexOf" },
        { Missing, "Console.WriteLine(5);", "ToString" },
        { Missing, "new AutoResetEvent(false).WaitOne(5);", "false" },
        { Missing, "Timer timer = new Timer(null);", "due time" },
        { "LLNANO051", "Undefined();", "add the line" },
        { "LLNANO051", "Sort(bytes);", "add the line" },
        { "LLNANO051", "var port = new System.IO.Ports.SerialPort();", "add the line" },
    };

    /// <summary>Signed of unsigned: each gave another number on the virtual device than on .NET.</summary>
    public static TheoryData<string, string, string> UnsignedStatements => new()
    {
        { Unsigned, "uint u = (uint)number; number = (int)u >> 2;", "(int)(long)" },
        { Unsigned, "uint[] us = { 3 }; number = ((int)us[0] - 5) >> 1;", "(int)(long)" },
        { Unsigned, "uint u = (uint)number; number = (int)u % 7;", "(int)(long)" },
        { Unsigned, "uint u = (uint)number; int x = (int)u;", "(int)(long)" },
        { Unsigned, "uint u = (uint)number; long wide = (long)(int)u;", "(int)(long)" },
        { Unsigned, "uint u = (uint)number; float f = (int)u;", "(int)(long)" },
        { Unsigned, "uint u = (uint)number; Go(bytes, (int)u, 1, text, day);", "(int)(long)" },
        { Unsigned, "uint u = (uint)number; number = (number > 3 ? (int)u : 0) >> 1;", "(int)(long)" },
        { Unsigned, "ulong u = (ulong)number; long l = (long)u >> 2;", "a long" },
        { Unsigned, "long l = bytes[0];", "(long)(int)" },
        { Unsigned, "long l = ((long)bytes[0] - 5) >> 1;", "(long)(int)" },
        { Unsigned, "uint[] us = { 3 }; long m = 5; long l = us[0] + m - 20;", "(long)(int)" },
        { Unsigned, "uint u = 3; long l = -u;", "(long)(int)" },
    };

    /// <summary>Works on the board, but otherwise than on .NET; and what our own rules refuse.</summary>
    public static TheoryData<string, string, string> DifferentStatements => new()
    {
        { EnumText, "string name = DayOfWeek.Monday.ToString();", "a switch" },
        { EnumText, "string name = day!.ToString();", "a switch" },
        { EnumText, "string name = (number > 1 ? day : DayOfWeek.Friday).ToString();", "a switch" },
        { EnumText, "string name = ((object)day).ToString();", "a switch" },
        { EnumText, "Enum any = day; string name = any.ToString();", "a switch" },
        { EnumText, "Enum any = day; string name = any?.ToString();", "a switch" },
        { EnumText, "TextMaker make = day.ToString;", "a switch" },
        { EnumText, "string name = \"day \" + DayOfWeek.Monday;", "a switch" },
        { EnumText, "string name = day + \"\";", "a switch" },
        { EnumText, "string name = \"day \" + (object)day;", "a switch" },
        { EnumText, "text += DayOfWeek.Monday;", "a switch" },
        { EnumText, "string name = $\"day {DayOfWeek.Monday}\";", "a switch" },
        { EnumText, "string name = $\"{day,5:G}\";", "a switch" },
        { EnumText, "string name = string.Format(\"{0}\", DayOfWeek.Monday);", "a switch" },
        { EnumText, "string name = string.Format(\"{0}\", new object[] { number, day });", "a switch" },
        { EnumText, "string name = string.Concat(\"a\", day);", "a switch" },
        { EnumText, "new System.Text.StringBuilder().Append(day);", "a switch" },
        { Key, "new Hashtable().Add(new Keyed(), 1);", "a string, an enum or a primitive" },
        { Key, "object found = new Hashtable()[new Keyed()];", "a string, an enum or a primitive" },
        { Key, "bool has = new Hashtable().Contains(new Keyed());", "a string, an enum or a primitive" },
        { Key, "Hashtable table = null; table?.Remove(new Keyed());", "a string, an enum or a primitive" },
        { Key, "Hashtable table = null; var one = table?[new Keyed()];", "a string, an enum or a primitive" },
        { Key, "new Hashtable().Add((object)new Keyed(), 1);", "a string, an enum or a primitive" },
        { Key, "IDictionary table = new Hashtable(); table[new Keyed()] = 1;", "a string, an enum or a primitive" },
        { Key, "var table = new Hashtable { { new Keyed(), 1 } };", "a string, an enum or a primitive" },
        { Key, "Hashtable table = new() { [new Keyed()] = 1 };", "a string, an enum or a primitive" },
        { Key, "new Hashtable()[bytes] = 1;", "a string, an enum or a primitive" },
        { Key, "new Hashtable()[Guid.Empty] = 1;", "a string, an enum or a primitive" },
        { "LLNANO036", "text = \"a\\0b\";", "byte array" },
        { "LLNANO036", "text = $\"a\\0{number}\";", "byte array" },
        { House, "Thread.Sleep(1);", "BoardClock" },
        { House, "Action wait = () => Thread.Sleep(TimeSpan.Zero);", "BoardClock" },
        { House, "DateTime now = DateTime.UtcNow;", "BoardClock" },
        { House, "long now = Environment.TickCount64;", "BoardClock" },
        { House, "ulong now = nanoFramework.Hardware.Esp32.HighResTimer.GetCurrent();", "BoardClock" },
        { House, "System.Diagnostics.Debug.WriteLine(text);", "Console.WriteLine" },
        { House, "System.Diagnostics.Debug.Write(text);", "Console.Write" },
        { House, "System.Diagnostics.Debug.Assert(true);", "an error value" },
        { House, "Say say = System.Diagnostics.Debug.WriteLine;", "Console.WriteLine" },
        { House, "new System.Text.StringBuilder().AppendLine();", "Append and" },
        { House, "new System.Text.StringBuilder().AppendLine(text);", "Append and" },
    };

    /// <inheritdoc cref="DifferentStatements"/>
    public static TheoryData<string, string, string> DifferentMembers => new()
    {
        { "LLNANO032", "static int _count;", "Program.Main" },
        { "LLNANO032", "static byte[] _buffer = new byte[32];", "Program.Main" },
        { "LLNANO032", "static readonly byte[] Buffer = new byte[32];", "Program.Main" },
        { "LLNANO032", "static readonly Action Act = () => { };", "Program.Main" },
        { "LLNANO032", "static int Count { get; set; }", "Program.Main" },
        { "LLNANO032", "static event EventHandler Changed;", "Program.Main" },
        { Initialiser, "static readonly object Lock = new object();", "Program.Main" },
        { Initialiser, "static readonly TimeSpan Wait = TimeSpan.FromSeconds(1);", "Program.Main" },
        { Initialiser, "static readonly string Name = string.Empty;", "a constant" },
        { Initialiser, "static readonly int Length = Fixed.Length;", "a constant" },
        { Initialiser, "static readonly int Early = Later.Value;", "a constant" },
        { Initialiser, "static readonly int[] Early = { 1, Later.Value };", "a constant" },
        { Initialiser, "static readonly string Early = $\"{Later.Value}\";", "a constant" },
        { Initialiser, "static byte[] Made { get; } = Make();", "Program.Main" },
        { Initialiser, "class Nested { static readonly Wide Only = new Wide(); }", "Program.Main" },
        { "LLNANO034", "static Tested() { }", "Program.Main" },
        { Key, "class Table : Hashtable { } void Go(Table t) { t[new Keyed()] = 1; }", "a string" },
    };
}
