namespace LumenLink.NanoReference;

/// <summary>
/// <c>LumenLink.NanoReference LIST-DIRECTORY OUT-DIRECTORY</c>: one reference assembly per list. Exit status 0, or 1
/// with
/// each mistake at its file and line on standard output (where MSBuild looks for errors), or 2 for wrong arguments.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        if (arguments.Length != 2 || !Directory.Exists(arguments[0]))
        {
            Console.Error.WriteLine("usage: LumenLink.NanoReference LIST-DIRECTORY OUT-DIRECTORY");
            return 2;
        }

        List<ListError> errors = [];
        IReadOnlyDictionary<string, byte[]> images = ReferenceCompiler.CompileAll(arguments[0], errors);
        foreach (ListError error in errors) Console.WriteLine(error);
        if (errors.Count > 0) return 1;

        OutputDirectory.Update(arguments[1], images);
        return 0;
    }
}
