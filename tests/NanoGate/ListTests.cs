using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using LumenLink.NanoReference;

namespace LumenLink.Tests.NanoGate;

/// <summary>The lists of nanoFramework members, and the assemblies made from them.</summary>
public sealed partial class ListTests
{
    public static TheoryData<string> Lists =>
        [.. Directory.GetFiles(Repository.ApiLists, "*.txt").Select(path => Path.GetFileName(path))];

    [Fact]
    public void EveryListBecomesAnAssemblyOfItsNameAndVersion()
    {
        List<ListError> errors = [];
        IReadOnlyDictionary<string, byte[]> images = ReferenceCompiler.CompileAll(Repository.ApiLists, errors);
        Assert.Empty(errors);
        Assert.Equal(Lists.Count, images.Count);
        foreach (string path in Directory.GetFiles(Repository.ApiLists, "*.txt"))
        {
            ApiList list = ApiList.Read(path, errors)!;
            Assert.Equal(Path.GetFileNameWithoutExtension(path), list.Name);
            using PEReader image = new([.. images[list.Name]]);
            AssemblyDefinition assembly = image.GetMetadataReader().GetAssemblyDefinition();
            Assert.Equal(list.Name, image.GetMetadataReader().GetString(assembly.Name));
            Assert.Equal(list.Version, assembly.Version);
        }
    }

    /// <summary>A type may leave out base types; otherwise each line is one of the full list.</summary>
    [TheoryWithFullLists]
    [MemberData(nameof(Lists))]
    public void EveryLineIsInTheFullList(string file)
    {
        string[] full = File.ReadAllLines(Path.Combine(TheoryWithFullListsAttribute.FullLists, file));
        HashSet<string> known = [.. full, .. full.Select(WithoutBases)];
        string[] ours = File.ReadAllLines(Path.Combine(Repository.ApiLists, file));
        Assert.All(ours.Skip(1), line => Assert.Contains(known.Contains(line) ? line : WithoutBases(line), known));
    }

    [Fact]
    public void NoListNamesAGeneric() => Assert.All(
        Directory.GetFiles(Repository.ApiLists, "*.txt").SelectMany(File.ReadLines),
        line => Assert.DoesNotContain('`', line));

    [Theory]
    [InlineData("public static class System.X\n  public static Fooo System.X.Go()", 3, "CS0246")]
    [InlineData("public static class System.X\n  gibberish", 3, "not a member of System.X")]
    [InlineData("publik class System.X", 2, "not a type declaration")]
    [InlineData("  public int System.X.A", 2, "a member before any type")]
    [InlineData("public class System.X\npublic class System.X", 3, "declared twice")]
    [InlineData("public delegate void System.Y`1<T>(T value)", 2, "is generic")]
    public void AMistakeIsReportedAtItsLine(string lines, int line, string words)
    {
        const string Header = "# X, Version=1.0.0.0, NativeVersion=none; references: mscorlib 1.0\n";
        ListError error = Assert.Single(CompileWith(Header + lines));
        Assert.Equal(line, error.Line);
        Assert.EndsWith("X.txt", error.File);
        Assert.Contains(words, error.Message);
        Assert.Contains($"({line},1): error ", error.ToString());
    }

    [Theory]
    [InlineData("X 1.0", "the first line is not")]
    [InlineData("# X, Version=1.0.0.0, NativeVersion=none; references: Unknown 1.0", "refers to Unknown")]
    public void ABadHeaderIsReportedAtTheFirstLine(string header, string words)
    {
        ListError error = Assert.Single(CompileWith(header));
        Assert.Equal(1, error.Line);
        Assert.Contains(words, error.Message);
    }

    [Fact]
    public void TheOutputFolderIsTouchedOnlyWhereItDiffers()
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.WriteAllText(Path.Combine(folder, "Gone.dll"), "old");
            OutputDirectory.Update(folder, new Dictionary<string, byte[]> { ["A"] = [1], ["B"] = [2] });
            DateTime written = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
            foreach (string path in Directory.GetFiles(folder)) File.SetLastWriteTimeUtc(path, written);
            OutputDirectory.Update(folder, new Dictionary<string, byte[]> { ["A"] = [1], ["B"] = [3] });
            Assert.Equal(["A.dll", "B.dll"], Directory.GetFiles(folder).Select(Path.GetFileName).Order());
            Assert.Equal(written, File.GetLastWriteTimeUtc(Path.Combine(folder, "A.dll")));
            Assert.Equal([3], File.ReadAllBytes(Path.Combine(folder, "B.dll")));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static List<ListError> CompileWith(string list)
    {
        string folder = Directory.CreateTempSubdirectory().FullName;
        try
        {
            File.Copy(Path.Combine(Repository.ApiLists, "mscorlib.txt"), Path.Combine(folder, "mscorlib.txt"));
            File.WriteAllText(Path.Combine(folder, "X.txt"), list);
            List<ListError> errors = [];
            ReferenceCompiler.CompileAll(folder, errors);
            return errors;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string WithoutBases(string line) => Bases().Replace(line, "");

    [GeneratedRegex(@"(?<=^public (?:\w+ )*(?:class|struct|interface) [\w.]+) : .*$")]
    private static partial Regex Bases();
}

/// <summary>Runs where the full lists lie beside the repository, and says so where they do not.</summary>
internal sealed class TheoryWithFullListsAttribute : TheoryAttribute
{
    public TheoryWithFullListsAttribute()
    {
        if (!Directory.Exists(FullLists)) Skip = $"the full lists are not at {FullLists}";
    }

    public static string FullLists => Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "facts", "api"));
}
