using System;

namespace nanoFramework.TestFramework
{
    /// <summary>A failure is an exception here, as there; only its type is .NET's.</summary>
    public sealed class Assert
    {
        private Assert()
        {
        }

        public static void IsTrue(bool condition, string message = "")
        {
            if (!condition) throw new InvalidOperationException("not true. " + message);
        }

        public static void AreEqual(int expected, int actual, string message = "")
        {
            if (expected != actual) throw new InvalidOperationException($"{actual} is not {expected}. {message}");
        }

        public static void AreEqual(string expected, string actual, string message = "")
        {
            if (expected != actual) throw new InvalidOperationException($"'{actual}' is not '{expected}'. {message}");
        }
    }

    [AttributeUsage(AttributeTargets.Class)]
    public class TestClassAttribute : Attribute
    {
    }

    [AttributeUsage(AttributeTargets.Method)]
    public class TestMethodAttribute : Attribute
    {
    }
}
