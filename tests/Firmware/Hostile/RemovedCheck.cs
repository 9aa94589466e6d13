namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>What is compiled into the device beside its sources: the switch of every check.</summary>
internal static class RemovedCheck
{
    internal const string ClassName = "LumenLink.Mutation.Removed";

    internal const string Source = """
        namespace LumenLink.Mutation
        {
            public static class Removed
            {
                [System.ThreadStatic]
                private static int number;

                [System.ThreadStatic]
                private static System.Collections.Generic.HashSet<int> fired;

                // Takes a check away in this thread; 0 for none.
                public static void Begin(int check)
                {
                    number = check;
                    fired = new System.Collections.Generic.HashSet<int>();
                }

                // Checks that have refused something since.
                public static int[] End()
                {
                    number = 0;
                    return System.Linq.Enumerable.ToArray(fired);
                }

                public static bool Refuses(int check, bool refuses)
                {
                    if (refuses && fired != null) fired.Add(check);
                    return refuses && number != check;
                }

                public static bool Passes(int check, bool passes)
                {
                    return !Refuses(check, !passes);
                }
            }
        }
        """;
}
