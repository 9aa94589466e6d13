using System.Reflection;
using System.Runtime.Loader;
using LumenLink.Beacon;
using LumenLink.Protocol;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>
/// The device's sources, compiled with a switch around every check, and beside them a second copy of these tests that
/// runs on them.
/// </summary>
internal sealed class MutableDevice
{
    private static readonly AssemblyName Own = typeof(MutableDevice).Assembly.GetName();

    private readonly Action<int> begin;
    private readonly Func<int[]> end;
    private readonly Func<int, string> run;

    internal MutableDevice()
    {
        HashSet<string> methods = [.. DeviceSources.Checked.SelectMany(entry => entry.Methods)];
        CSharpCompilation protocol = Compile(
            typeof(WireLimits).Assembly,
            [
                .. Trees(methods, "shared-protocol/LumenLink.Protocol.projitems"),
                .. Trees(methods, "shared-protocol/LumenLink.Protocol.Server.projitems"),
                CSharpSyntaxTree.ParseText(RemovedCheck.Source),
            ],
            []);
        CSharpCompilation core = Compile(
            typeof(DeviceLimits).Assembly,
            [.. Trees(methods, "firmware/Core/LumenLink.Beacon.Core.projitems")],
            [protocol.ToMetadataReference()]);
        var context = new Context(Image(protocol), Image(core));
        Type removed = context.Protocol.GetType(RemovedCheck.ClassName)!;
        begin = removed.GetMethod("Begin")!.CreateDelegate<Action<int>>();
        end = removed.GetMethod("End")!.CreateDelegate<Func<int[]>>();
        run = context.Tests.GetType(typeof(HostileFrames).FullName!)!
            .GetMethod(nameof(HostileFrames.Run), BindingFlags.Static | BindingFlags.NonPublic)!
            .CreateDelegate<Func<int, string>>();
    }

    /// <summary>Every check of the methods in the list.</summary>
    internal List<DeviceCheck> Checks { get; } = [];

    /// <summary>Runs a hostile frame without one of the checks.</summary>
    /// <param name="frame">Index in <see cref="HostileFrames.All"/>.</param>
    /// <param name="removed">Number of the check; 0 for none.</param>
    /// <param name="fired">Checks that have refused something meanwhile.</param>
    internal string Run(int frame, int removed, out int[] fired)
    {
        begin(removed);
        string outcome = run(frame);
        fired = end();
        return outcome;
    }

    /// <summary>Compiles in another assembly's place, for those whom that one is open to.</summary>
    private static CSharpCompilation Compile(
        Assembly place, IEnumerable<SyntaxTree> trees, IEnumerable<MetadataReference> references)
    {
        AssemblyName name = place.GetName();
        string attributes = $"""
            [assembly: System.Reflection.AssemblyVersion("{name.Version}")]
            [assembly: System.Runtime.CompilerServices.InternalsVisibleTo("{Own.Name}")]
            """;
        return CSharpCompilation.Create(
            name.Name,
            [.. trees, CSharpSyntaxTree.ParseText(attributes)],
            [.. Framework(), .. references],
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary,
                optimizationLevel: OptimizationLevel.Release,
                nullableContextOptions: NullableContextOptions.Enable));
    }

    private static IEnumerable<MetadataReference> Framework()
    {
        string folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder)
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    private static MemoryStream Image(CSharpCompilation compilation)
    {
        var image = new MemoryStream();
        var errors = compilation.Emit(image).Diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error);
        Assert.Empty(errors);
        image.Position = 0;
        return image;
    }

    private List<SyntaxTree> Trees(HashSet<string> methods, string list)
    {
        List<SyntaxTree> trees = [];
        foreach (string file in DeviceSources.FilesOf(list))
        {
            SyntaxTree tree = CSharpSyntaxTree.ParseText(File.ReadAllText(Path.Combine(DeviceSources.Root, file)));
            string[] here = DeviceSources.Checked.SingleOrDefault(entry => entry.File == file).Methods ?? [];
            var finder = new CheckFinder(here, methods, Checks);
            trees.Add(tree.WithRootAndOptions(finder.Visit(tree.GetRoot())!, tree.Options));
            Assert.Empty(finder.Missing);
        }

        return trees;
    }

    private sealed class Context : AssemblyLoadContext
    {
        private readonly Assembly core;

        internal Context(Stream protocolImage, Stream coreImage)
        {
            Protocol = LoadFromStream(protocolImage);
            core = LoadFromStream(coreImage);
            Tests = LoadFromAssemblyPath(typeof(Context).Assembly.Location);
        }

        internal Assembly Protocol { get; }

        internal Assembly Tests { get; }

        protected override Assembly? Load(AssemblyName name) =>
            name.Name == Protocol.GetName().Name ? Protocol
            : name.Name == core.GetName().Name ? core
            : name.Name == Own.Name ? Tests
            : null;
    }
}
