using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.Tests.NanoGate;

/// <summary>What works on the device compiles against the generated surface, and the gate lets it pass.</summary>
public sealed class AllowedTests
{
    public static TheoryData<string> Statements =>
    [
        "foreach (byte b in bytes) number += b;",
        "foreach (char c in text) number += c;",
        "foreach (object item in new ArrayList()) text += item;",
        "foreach (DictionaryEntry e in new Hashtable()) text += e.Key;",
        "foreach (object item in new Few()) number++;",
        "switch (text) { case \"a\": number = 1; break; case \"b\": case \"c\": number = 2; break; }",
        "number = text switch { \"a\" => 1, null => 2, _ => 3 };",
        "number = number switch { > 5 and < 9 => 1, not 3 => 2, _ => 3 };",
        "if (text is { Length: > 3 }) number = 1;",
        "if (o is string { Length: 2 } s && s.Length == number) number = 2;",
        "text = $\"a {number} {number:X2} {text}\";",
        "text = string.Format(\"{0}-{1}\", number, text);",
        "int[] local = { 1, 2, 3 }; int[][] jagged = { new[] { 1 }, new int[2] };",
        "Holder made = new() { Value = 3 }; number = made.Value;",
        "h.Changed += (sender, e) => number++; h.Raise();",
        "Step step = value => value + number; number = step(2);",
        "int Twice(int value) { return value * 2; } number = Twice(number);",
        "ref int place = ref h.Place(); place = 4; Holder.Out(out int made, in number, number: 3); number = made;",
        "number = Holder.Sum(1, 2, 3) + text.Twice().Length;",
        "try { number = 1; } catch (Exception e) when (e.Message != null) { throw; } finally { number = 2; }",
        "using (MemoryStream stream = new MemoryStream()) { stream.WriteByte(1); bytes = stream.ToArray(); }",
        "using var other = new MemoryStream(bytes); number = other.Read(bytes, 0, 1);",
        "ulong big = 1UL << 40; long mix = 1; number = (int)((big ^ (ulong)mix) >> 3); mix ^= unchecked((long)big);",
        "Thread thread = new Thread(() => number++); thread.Start(); thread.Join();",
        "ManualResetEvent done = new ManualResetEvent(false); done.Set(); done.WaitOne(5, false);",
        "using Timer timer = new Timer(state => { }, null, 1, Timeout.Infinite); timer.Change(1, 1);",
        "Interlocked.Increment(ref number); lock (o) { number++; }",
        "CancellationTokenSource source = new CancellationTokenSource(5); if (source.IsCancellationRequested) return;",
        "SpanByte part = new SpanByte(bytes, 1, 2); part[0] = 3; part.Slice(1).CopyTo(part); bytes = part.ToArray();",
        "SpanByte span = bytes; number = span.Length;",
        "StringBuilder b = new StringBuilder(); b.Append('a').Append(1).Replace(\"a\", \"b\"); text = b.ToString();",
        "bytes = Encoding.UTF8.GetBytes(text); text = Encoding.UTF8.GetString(bytes, 0, bytes.Length);",
        "bytes = BitConverter.GetBytes(1); number = BitConverter.ToInt32(bytes, 0) + Convert.ToInt32(\"7f\", 16);",
        "Array.Copy(bytes, 0, bytes, 1, 1); Array.Clear(bytes, 0, 1); number = Array.IndexOf(bytes, (byte)1);",
        "Queue q = new Queue(); q.Enqueue(1); o = q.Dequeue(); Stack k = new Stack(); k.Push(1); o = k.Pop();",
        "Hashtable t = new Hashtable(); t[\"a\"] = 1; t[DayOfWeek.Monday] = 3; if (t.Contains(2)) t.Remove(2);",
        "DateTime d = new DateTime(2026, 1, 2) + TimeSpan.FromSeconds(3); number = (d - DateTime.UnixEpoch).Days;",
        "new Random().NextBytes(bytes); text = Guid.NewGuid().ToString(); bool b = Guid.Empty.Equals(Guid.Empty);",
        "text = typeof(Holder).FullName + o.GetType().Name;",
        "text?.ToUpper(); string up = text?.ToUpper() ?? \"none\"; text ??= up;",
        "h?.Raise(); Action run = h.Raise; run?.Invoke();",
        "text = \"a\" + number + 'c' + 1.5 + (int)DayOfWeek.Monday; number /= 2; number %= 3;",
        "goto end; end: number = 1;",
        "text = ((int)DayOfWeek.Monday).ToString() + (byte)DayOfWeek.Friday;",
        "double half = 1.5 / -1; half %= -1.0; number = -number; number %= 1; number /= 2;",
        "Hashtable t = new Hashtable { { \"a\", 1 }, { 5L, 2 } }; object key = number; t[key] = o; t['c'] = 3;",
        "ArrayList l = new ArrayList { 1, text }; l.RemoveAt(0); o = l[0]; l.Insert(0, h);",
        "var made = new Holder(); var same = made.Value; var place = h.Place(); var copy = bytes; var f = h as object;",
        "Step step = static value => value; Step other = new Step(step); Action go = () => { }; var again = go;",
        "int[] counts = new int[4]; counts[number & 3]++; int[][] rows = { counts, new[] { 1, 2 } }; rows[0] = counts;",
        "text = \"tab\\tquote\\\"\" + @\"c:\\path\" + $@\"{number}\";",
        "switch (o) { case int n when n > 3: number = n; break; case string s: text = s; break; default: break; }",
        "if (o is not (null or \"\") && number is >= 'a' and <= 'z') { number = 1; }",
        "try { throw new ArgumentException(\"a\", nameof(text)); } catch (ArgumentException) { } catch { throw; }",
        "for (int i = 0, j = 9; i < j; i++, j--) { if (i == 3) continue; if (i == 4) break; number += i << j; }",
        "long big = unchecked((long)ulong.MaxValue); uint low = (uint)big; number = unchecked(int.MaxValue + number);",
        "uint u = (uint)number; number = bytes[(int)(u >> 3)] << (int)(u & 7); long l = 5L + u; l -= bytes[0];",
        "uint u = (uint)number; ulong w = u; number = (int)(long)u + (int)w; bool same = (int)u == number || w == u;",
        "long big = 1000L * h.Seconds; big += h.Seconds; bool late = big > h.Seconds;",
        "int[] c = new int[1]; c[0] = (int)(uint)number; number -= (byte)(int)(uint)number; number += bytes[0] - 5;",
        "string? maybe = null; Holder? none = null; text = maybe!; object thing = none is null ? text : none;",
        "number = 'a' <= text[0] && text[0] <= 'z' ? ~number : -number; const int Limit = 3; number = Limit;",
    ];

    public static TheoryData<string> Members =>
    [
        "const int Limit = 3; const string Name = \"n\"; static readonly int Four = Limit + 1;",
        "static readonly byte[] Table = { 1, 2, 3 }; static readonly uint[] Words = new uint[] { 1u, Limit0 };",
        "static readonly string[] Names = { \"a\", \"b\" }; static readonly byte[][] Rows = { new byte[] { 1 } };",
        "static int Property => 3; static int Computed { get { return 4; } }",
        "partial class Part { int _a; } partial class Part { int B() { return _a; } }",
        "abstract class Base { public abstract int Go(); } class Derived : Base { public override int Go() => 1; }",
        "interface IGo { int Go(int x = 2); int Value { get; } event EventHandler Changed; int this[int i] { get; }  }",
        "struct Pair { public int A; public readonly int B; public Pair(int b) { A = 0; B = b; }  }",
        "readonly struct Fixed { public readonly int A; public Fixed(int a) { A = a; } }",
        "enum Kind : byte { None, Some = 4 }",
        "class Explicit : IDisposable { void IDisposable.Dispose() { } }",
        "class Number { public static Number operator +(Number a, Number b) => a; public int this[int i] => i; }",
        "delegate void Handler(object sender, int value); event Handler Heard;",
        "class Few : IEnumerator { public object Current => 1; "
            + "public bool MoveNext() => true; public void Reset() {} }",
        "void Swap(SpanByte span, ref int number) { SpanByte half = span.Slice(1); number = half.Length; }",
        "void Optional(int a, string b = null, params object[] rest) { }",
        "class Init { public int A { get; init; } } Init Make() => new Init { A = 3 };",
        "class Wide { public virtual Wide Me => this; } class Narrow : Wide { public override Wide Me => this; }",
        "class Box { public static implicit operator int(Box b) => 1; "
            + "public static bool operator ==(Box a, Box b) => true; "
            + "public static bool operator !=(Box a, Box b) => false; public override bool Equals(object o) => true; "
            + "public override int GetHashCode() => 1; public override string ToString() => \"box\"; }",
        "class Outer { readonly object _lock = new object(); class Inner { protected internal int A = 3; } }",
        "interface IBoth : IDisposable, ICloneable { abstract int Go(); string Name { get; set; } }",
        "static readonly DayOfWeek First = DayOfWeek.Monday; static readonly string None = null; static long Max => 3;",
        "sealed class Shut : IDisposable { public void Dispose() { } } void Use() { using (new Shut()) { } }",
        "struct Point { public int X; public static Point operator -(Point a) => a; public readonly int Y() => X; }",
        "[Obsolete(\"old\")] void Old() { }  [Flags] enum Bits { A = 1, B = 2 }",
    ];

    [Theory]
    [MemberData(nameof(Statements))]
    public void Statement(string line) => Passes($$"""
        public delegate int Step(int value);
        public class Holder
        {
            private int _place;
            public uint Seconds = 3;
            public int Value { get; init; }
            public event EventHandler? Changed;
            public void Raise() { Changed?.Invoke(this, EventArgs.Empty); }
            public ref int Place() { return ref _place; }
            public static void Out(out int made, in int other, int number) { made = other + number; }
            public static int Sum(params int[] values) { return values.Length; }
        }
        public class Few : IEnumerable
        {
            public IEnumerator GetEnumerator() { return new ArrayList().GetEnumerator(); }
        }
        public static class Extensions { public static string Twice(this string text) { return text + text; } }
        public class Tested
        {
            public void Go(byte[] bytes, int number, string text, object o, Holder h)
            {
                {{line}}
            }
        }
        """);

    [Fact]
    public void DirectivesThatHideNoLine() => Passes("""
        #region Part
        #pragma warning disable CS0169
        public class Part { private int _unused; }
        #pragma warning restore CS0169
        #nullable disable
        #endregion
        """);

    [Theory]
    [MemberData(nameof(Members))]
    public void Member(string line) => Passes($$"""
        public class Tested
        {
            private const uint Limit0 = 3;
            {{line}}
        }
        """);

    /// <summary>The members that the firmware's adapters are made of, each assembly once.</summary>
    [Fact]
    public void HardwareCallsOfTheFirmware() => Passes("""
        public class Adapters
        {
            public void Go(byte[] bytes)
            {
                var watcher = new nanoFramework.Device.Bluetooth.BluetoothLEAdvertisementWatcher();
                watcher.Received += (sender, e) => bytes[0] = (byte)e.RawSignalStrengthInDBm;
                var publisher = new nanoFramework.Device.Bluetooth.Advertisement.BluetoothLEAdvertisementPublisher();
                publisher.Advertisement.DataSections.Add(
                    new nanoFramework.Device.Bluetooth.Advertisement.BluetoothLEAdvertisementDataSection(
                        0x16, new nanoFramework.Device.Bluetooth.Buffer(bytes)));
                publisher.Start();
                nanoFramework.Device.Bluetooth.BluetoothLEServer.Instance.Stop();
                var adapter = System.Device.Wifi.WifiAdapter.FindAllAdapters()[0];
                adapter.AvailableNetworksChanged += (sender, e) => bytes[0] = 1;
                nanoFramework.Networking.WifiNetworkHelper.ConnectDhcp("ssid", "password", requiresDateTime: true);
                var client = new nanoFramework.M2Mqtt.MqttClient(
                    "host", 8883, true, null, null, nanoFramework.M2Mqtt.MqttSslProtocols.TLSv1_2);
                client.MqttMsgPublished += (sender, e) => bytes[0] = e.IsPublished ? (byte)1 : (byte)0;
                client.Publish("t", bytes, null, null, nanoFramework.M2Mqtt.Messages.MqttQoSLevel.AtLeastOnce, false);
                var chip = System.Device.I2c.I2cDevice.Create(new System.Device.I2c.I2cConnectionSettings(1, 0x60));
                var status = chip.Write(new SpanByte(bytes)).Status;
                using (var file = new FileStream("I:\\f", FileMode.Create, FileAccess.Write)) file.Write(bytes, 0, 1);
                byte[] mac = System.Security.Cryptography.HMACSHA256.HashData(bytes, bytes);
                uint crc = System.IO.Hashing.Crc32.HashToUInt32(bytes);
                nanoFramework.Hardware.Esp32.Configuration.SetPinFunction(
                    21, nanoFramework.Hardware.Esp32.DeviceFunction.I2C1_DATA);
                nanoFramework.Networking.Sntp.Start();
                nanoFramework.Runtime.Native.Rtc.SetSystemTime(DateTime.UnixEpoch);
                nanoFramework.Runtime.Native.Power.RebootDevice();
                int least = Math.Min(1, 2);
            }
        }
        """);

    private static void Passes(string body)
    {
        string source = $"""
            #nullable enable annotations
            using System; using System.Collections; using System.IO; using System.Text; using System.Threading;
            {body}
            """;
        CSharpCompilation compilation = DeviceCompile.Compilation(source);
        using MemoryStream image = new();
        Assert.Empty(compilation.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error));
        Assert.Empty(DeviceCompile.Gate(source));
    }
}
