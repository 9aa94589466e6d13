using System.Text.RegularExpressions;
using System.Xml.Linq;
using LumenLink.NanoReference;

namespace LumenLink.Tests.NanoGate;

/// <summary>The two project files of each device project agree, and forget no source.</summary>
public sealed partial class ProjectTests
{
    /// <summary>The program that starts nanoFramework's tests: referred to, but nobody compiles against it.</summary>
    public const string Launcher = "nanoFramework.UnitTestLauncher";

    public static TheoryData<string> NanoProjects =>
        [.. Repository.Files(Repository.Root, "*.nfproj").Select(Repository.Relative)];

    public static TheoryData<string> SharedFolders =>
        [
            .. Repository.Files(Repository.Root, "*.projitems")
                .Select(path => Repository.Relative(Path.GetDirectoryName(path)!)).Distinct(),
        ];

    [Theory]
    [MemberData(nameof(SharedFolders))]
    public void NoSourceOfASharedFolderIsMissingFromItsList(string folder)
    {
        string root = Path.Combine(Repository.Root, folder);
        string[] listed = [.. Repository.Files(root, "*.projitems").SelectMany(CompiledBy).Order()];
        Assert.Equal(Repository.Files(root, "*.cs").Select(Repository.Relative).Order(), listed);
    }

    [Theory]
    [MemberData(nameof(NanoProjects))]
    public void BothProjectFilesReferToTheSameAssemblies(string nfproj)
    {
        string folder = Path.GetDirectoryName(Path.Combine(Repository.Root, nfproj))!;
        string name = Path.GetFileNameWithoutExtension(nfproj);
        string csproj = Repository.Files(folder, $"{name}*.csproj").Single(
            path => File.ReadAllText(path).Contains("Nano.props", StringComparison.Ordinal));
        Assert.Equal(
            Includes(Path.Combine(Repository.Root, nfproj), "Reference").Where(name => name != Launcher).Order(),
            Includes(csproj, "NanoReference").Append("mscorlib").Order());
    }

    [Theory]
    [MemberData(nameof(NanoProjects))]
    public void PackagesAreThoseReferredToAtTheVersionsOfNfprojProps(string nfproj)
    {
        string path = Path.Combine(Repository.Root, nfproj);
        Dictionary<string, string> versions = Versions();
        string[] referred =
        [
            .. Elements(path, "HintPath").Select(hint => Hint().Match(hint.Value))
                .Select(hint => $"{hint.Groups["package"]} {versions[hint.Groups["version"].Value]}")
                .Distinct().Order(),
        ];
        string packages = Path.Combine(Path.GetDirectoryName(path)!, "packages.config");
        Assert.Equal(
            Elements(packages, "package")
                .Select(p => $"{p.Attribute("id")!.Value} {p.Attribute("version")!.Value}").Order(),
            referred);
    }

    /// <summary>An assembly's version is its package's; the list is written for the one we build with.</summary>
    [Fact]
    public void ListsAreOfThePackagesVersions()
    {
        Dictionary<string, string> versions = Versions();
        List<ListError> errors = [];
        foreach (string nfproj in Repository.Files(Repository.Root, "*.nfproj"))
            foreach (XElement reference in Elements(nfproj, "Reference"))
            {
                string name = reference.Attribute("Include")!.Value;
                if (name == Launcher) continue;
                ApiList? list = ApiList.Read(Path.Combine(Repository.ApiLists, name + ".txt"), errors);
                string version = versions[Hint().Match(reference.Value).Groups["version"].Value];
                Assert.Equal($"{name} {version}.0", $"{name} {list?.Version}");
            }

        Assert.Empty(errors);
    }

    /// <summary><c>dotnet build</c> skips entries without configurations; <c>dotnet sln add</c> writes them.</summary>
    [Fact]
    public void TheSolutionListsNanoProjectsWithoutBuildConfigurations()
    {
        string solution = File.ReadAllText(Path.Combine(Repository.Root, "LumenLink.sln"));
        string[] ids = [.. NanoEntry().Matches(solution).Select(entry => entry.Groups["id"].Value)];
        Assert.Equal(NanoProjects.Count, ids.Length);
        Assert.All(ids, id => Assert.False(
            solution.Contains($"{{{id}}}.", StringComparison.Ordinal),
            $"remove the configuration lines of {id} from LumenLink.sln: only Visual Studio builds that project"));
    }

    private static IEnumerable<string> CompiledBy(string projitems) =>
        Includes(projitems, "Compile").Select(include => Repository.Relative(Path.GetFullPath(
            include.Replace('\\', '/').Replace(
                "$(MSBuildThisFileDirectory)", Path.GetDirectoryName(projitems) + "/", StringComparison.Ordinal))));

    private static Dictionary<string, string> Versions() =>
        Elements(Path.Combine(Repository.Root, "nfproj.props"), "PropertyGroup").Elements()
            .ToDictionary(property => property.Name.LocalName, property => property.Value);

    private static IEnumerable<string> Includes(string file, string item) =>
        Elements(file, item).Select(element => element.Attribute("Include")!.Value);

    private static IEnumerable<XElement> Elements(string file, string name) =>
        XDocument.Load(file).Descendants().Where(element => element.Name.LocalName == name);

    [GeneratedRegex(@"\$\(NanoPackages\)(?<package>[\w.]+?)\.\$\((?<version>\w+)\)\\lib\\")]
    private static partial Regex Hint();

    [GeneratedRegex(@"Project\(""\{11A8DD76-328B-46DF-9F39-F559912D0360\}""\) = .*\{(?<id>[0-9A-F-]{36})\}""")]
    private static partial Regex NanoEntry();
}
