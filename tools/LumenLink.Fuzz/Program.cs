using LumenLink.Fuzz;
using SharpFuzz;

const string Usage = """
    usage: lumen-fuzz targets                  the names of the targets
           lumen-fuzz run TARGET FILE...       each file once; an exception is a finding
           lumen-fuzz afl TARGET               under afl-fuzz
           lumen-fuzz corpus VECTORS FOLDER    seeds from the golden frames
           lumen-fuzz instrument ASSEMBLY      puts SharpFuzz's branches into it
    """;

switch (args)
{
    case ["targets"]:
        foreach (string name in Targets.All.Keys) Console.WriteLine(name);
        return 0;
    case ["run", var name, .. var files] when Targets.All.TryGetValue(name, out Action<byte[]>? target):
        foreach (string file in files) target(File.ReadAllBytes(file));
        Console.WriteLine($"{name}: {files.Length} files");
        return 0;
    case ["afl", var name] when Targets.All.TryGetValue(name, out Action<byte[]>? target):
        byte[] buffer = new byte[1 << 16];
        Fuzzer.Run(
            (Stream stream) => target(buffer[..stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false)]));
        return 0;
    case ["corpus", var vectors, var corpus]:
        Console.WriteLine($"{Corpus.Write(vectors, corpus)} seeds");
        return 0;
    case ["instrument", var assembly]:
        Console.WriteLine($"{Fuzzer.Instrument(assembly, _ => true, Options.Value).Count()} types instrumented");
        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
