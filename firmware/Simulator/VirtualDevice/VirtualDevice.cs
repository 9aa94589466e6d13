using System.Diagnostics;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace LumenLink.Simulator;

/// <summary>
/// nanoFramework's virtual device, where it is installed: the interpreter of the boards as a program, which runs the
/// device assemblies once the metadata processor has turned them into its own form.
/// </summary>
/// <remarks>
/// Three things are needed: <c>nanoclr</c> and <c>nanoFramework.Tools.MetadataProcessor</c>, on the path or named by
/// <see cref="ClrVariable"/> and <see cref="ProcessorVariable"/>, and the folder of nanoFramework's packages, named by
/// <see cref="PackagesVariable"/> or <c>packages</c> where the solution is.
/// </remarks>
public sealed class VirtualDevice
{
    /// <summary>Names the virtual device, a program.</summary>
    public const string ClrVariable = "LUMENLINK_NANOCLR";

    /// <summary>Names the metadata processor, a program.</summary>
    public const string ProcessorVariable = "LUMENLINK_METADATA_PROCESSOR";

    /// <summary>Names a folder that holds nanoFramework's assemblies, at any depth.</summary>
    public const string PackagesVariable = "LUMENLINK_NANO_PACKAGES";

    private const string Clr = "nanoclr";
    private const string Processor = "nanoFramework.Tools.MetadataProcessor";
    private const string Packages = "packages";
    private const string CoreLibrary = "mscorlib";
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    private readonly string _clr;
    private readonly string _processor;
    private readonly string _packages;

    private VirtualDevice(string clr, string processor, string packages)
    {
        _clr = clr;
        _processor = processor;
        _packages = packages;
    }

    /// <summary>Looks for it.</summary>
    /// <param name="missing">A sentence about what is not there; empty if all is.</param>
    /// <returns>The virtual device; null if something is missing.</returns>
    public static VirtualDevice? Find(out string missing)
    {
        string? clr = FindProgram(ClrVariable, Clr);
        string? processor = FindProgram(ProcessorVariable, Processor);
        string packages = Environment.GetEnvironmentVariable(PackagesVariable) ?? Packages;
        bool hasPackages = Directory.Exists(packages) && FindFile(packages, CoreLibrary + ".pe") is not null;
        missing = clr is null ? $"{Clr} not found: not on the path, and {ClrVariable} does not name it."
            : processor is null ? $"{Processor} not found: not on the path, and {ProcessorVariable} does not name it."
            : !hasPackages ? $"nanoFramework's packages not found: {PackagesVariable} does not name their folder."
            : "";
        return clr is null || processor is null || !hasPackages ? null : new VirtualDevice(clr, processor, packages);
    }

    /// <summary>Runs a program of device assemblies until it ends.</summary>
    /// <param name="directory">Holds our device assemblies.</param>
    /// <param name="assembly">The one to run, with all that it refers to.</param>
    /// <param name="launcher">nanoFramework's program that starts it; null if it is a program.</param>
    /// <returns>The lines that it printed, the interpreter's own among them.</returns>
    /// <exception cref="FileNotFoundException">An assembly is not there.</exception>
    /// <exception cref="InvalidOperationException">A tool failed; its words are in the message.</exception>
    public IReadOnlyList<string> Run(string directory, string assembly, string? launcher = null)
    {
        List<(string Name, string Path)> ours = [];
        HashSet<string> theirs = [CoreLibrary];
        Visit(assembly);
        string folder = Directory.CreateTempSubdirectory("lumenlink-nano-").FullName;
        try
        {
            List<string> images = [.. theirs.Select(name => InPackages(name + ".pe"))];
            if (launcher is not null) images.Add(InPackages(launcher + ".pe"));
            string[] hints = [.. theirs.SelectMany(name => Hint(name, InPackages(name + ".dll"))),
                .. ours.SelectMany(one => Hint(one.Name, one.Path))];
            foreach ((string name, string path) in ours)
            {
                string image = Path.Combine(folder, name + ".pe");
                Start(_processor, [.. hints, "-parse", path, "-compile", image, "false"]);
                if (!File.Exists(image)) throw new InvalidOperationException($"{Processor} made nothing of {name}.");
                images.Add(image);
            }

            return Start(_clr, ["run", "--assemblies", .. images]);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        void Visit(string name)
        {
            string path = Path.Combine(directory, name + ".dll");
            if (ours.Exists(one => one.Name == name)) return;
            if (!File.Exists(path))
            {
                theirs.Add(name);
                return;
            }

            foreach (string reference in References(path)) Visit(reference);
            ours.Add((name, path));
        }
    }

    private static string[] Hint(string name, string path) => ["-loadHints", name, path];

    private static List<string> References(string path)
    {
        using PEReader file = new(File.OpenRead(path));
        MetadataReader reader = file.GetMetadataReader();
        return [.. reader.AssemblyReferences.Select(one => reader.GetString(reader.GetAssemblyReference(one).Name))];
    }

    private string InPackages(string file) =>
        FindFile(_packages, file) ?? throw new FileNotFoundException($"{file} is nowhere in {_packages}.");

    private static string? FindFile(string folder, string file) =>
        Directory.EnumerateFiles(folder, file, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).LastOrDefault();

    private static string? FindProgram(string variable, string name)
    {
        if (Environment.GetEnvironmentVariable(variable) is { } named) return File.Exists(named) ? named : null;
        string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
        return (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
    }

    private static string[] Start(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Limit)) process.Kill(entireProcessTree: true);
        process.WaitForExit();
        string text = output.GetAwaiter().GetResult();
        string[] lines = [.. text.Split('\n').Select(line => line.TrimEnd('\r'))];
        return process.ExitCode == 0
            ? lines
            : throw new InvalidOperationException(
                $"{Path.GetFileName(program)} ended with {process.ExitCode}: {errors.GetAwaiter().GetResult()}{text}");
    }
}
