using LumenLink.Simulator;

namespace System
{
    /// <summary>The board's console.</summary>
    public static class Console
    {
        public static void Write(string? value) => Strand.HostCall().Run.Board.Console.Write(value ?? "");

        public static void WriteLine() => WriteLine("");

        public static void WriteLine(string? value) => Strand.HostCall().Run.Board.Console.WriteLine(value ?? "");
    }

    /// <summary>
    /// Random numbers; without a seed they come from the board's hardware, which the simulation seeds.
    /// </summary>
    public class Random
    {
        private readonly SimRandom _numbers;

        public Random() => _numbers = Strand.HostCall().Run.Random;

        public Random(int seed) => _numbers = new SimRandom((ulong)seed);

        public virtual int Next() => (int)(_numbers.Next() >> 33);

        public virtual int Next(int maxValue)
        {
            if (maxValue <= 0) throw new ArgumentOutOfRangeException();
            return _numbers.Next(maxValue);
        }

        public virtual double NextDouble() => _numbers.NextDouble();

        public virtual void NextBytes(byte[] buffer) => _numbers.Fill(buffer);
    }

    /// <summary>
    /// An object was disposed; has a constructor without arguments, and SystemException as its base, here.
    /// </summary>
    public class ObjectDisposedException : SystemException
    {
        public ObjectDisposedException()
        {
        }

        public ObjectDisposedException(string? message)
            : base(message)
        {
        }

        public ObjectDisposedException(string? message, Exception? innerException)
            : base(message, innerException)
        {
        }
    }
}

namespace System.Diagnostics
{
    /// <summary>Debug output goes to the board's console; calls exist in debug builds of device code only.</summary>
    public static class Debug
    {
        [Conditional("DEBUG")]
        public static void Assert(bool condition) => Assert(condition, "", "");

        [Conditional("DEBUG")]
        public static void Assert(bool condition, string? message) => Assert(condition, message, "");

        [Conditional("DEBUG")]
        public static void Assert(bool condition, string? message, string? detailedMessage)
        {
            if (!condition) Console.WriteLine("Assertion failed: " + message + " " + detailedMessage);
        }

        [Conditional("DEBUG")]
        public static void Write(string? message) => Console.Write(message);

        [Conditional("DEBUG")]
        public static void WriteLine() => Console.WriteLine();

        [Conditional("DEBUG")]
        public static void WriteLine(string? message) => Console.WriteLine(message);
    }
}

namespace System.IO
{
    /// <summary>An error of the file system, with its code.</summary>
    public class IOException : SystemException
    {
        public IOException()
            : this(null)
        {
        }

        public IOException(string? message)
            : this(message, null)
        {
        }

        public IOException(string? message, Exception? innerException)
            : base(message, innerException) => HResult = (int)IOExceptionErrorCode.Others;

        public IOException(string? message, int hresult)
            : base(message) => HResult = hresult;

        public enum IOExceptionErrorCode
        {
            Others = -536870912,
            InvalidDriver = -520093696,
            FileNotFound = -503316480,
            DirectoryNotFound = -486539264,
            VolumeNotFound = -469762048,
            PathTooLong = -452984832,
            DirectoryNotEmpty = -436207616,
            UnauthorizedAccess = -419430400,
            PathAlreadyExists = -402653184,
            TooManyOpenHandles = -385875968,
        }

        public IOExceptionErrorCode ErrorCode => (IOExceptionErrorCode)HResult;
    }
}
