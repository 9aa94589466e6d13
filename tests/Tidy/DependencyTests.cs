using System.Xml.Linq;

namespace LumenLink.Tests.Tidy;

/// <summary>The arrows of the architecture: what may reference what, by folder.</summary>
public sealed class DependencyTests
{
    private static readonly Dictionary<string, string[]> MayReference = new(StringComparer.Ordinal)
    {
        ["shared-protocol"] = ["shared-protocol", "tools/LumenLink.NanoReference", "tools/LumenLink.NanoAnalyzer"],
        ["firmware/Core"] = ["shared-protocol", "tools/LumenLink.NanoReference", "tools/LumenLink.NanoAnalyzer"],
        ["firmware/Device"] =
            ["firmware/Core", "shared-protocol", "tools/LumenLink.NanoReference", "tools/LumenLink.NanoAnalyzer"],
        ["firmware/Simulator"] = ["firmware", "shared-protocol", "tools/LumenLink.NanoReference"],
        // The service and its clients know each other by HTTP alone.
        ["cloud/LumenLink.Rendezvous"] = ["shared-protocol"],
        ["cloud/LumenLink.Client"] = [],
        ["tools"] = ["tools", "cloud", "firmware", "shared-protocol"],
        ["tests"] = ["tests", "tools", "cloud", "firmware", "shared-protocol"],
    };

    [Fact]
    public void ReferencesFollowTheArrows()
    {
        var wrong = new List<string>();
        foreach (string project in RepositoryFiles.WithExtension(".csproj"))
        {
            string[] allowed = MayReference[FolderOf(project)];
            foreach (string target in References(project))
            {
                if (!allowed.Any(folder => target.StartsWith(folder + "/", StringComparison.Ordinal)))
                    wrong.Add($"{project} references {target}");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void EveryProjectIsInTheSolution()
    {
        string solution = RepositoryFiles.Read("LumenLink.sln").Replace('\\', '/');
        string[] missing = [.. RepositoryFiles.WithExtension(".csproj", ".nfproj")
            .Where(project => !solution.Contains('"' + project + '"', StringComparison.Ordinal))];
        Assert.True(missing.Length == 0, string.Join('\n', missing));
    }

    [Theory]
    [InlineData("nanoFramework.CoreLibrary")]
    [InlineData("nanoFramework.Device.Bluetooth")]
    [InlineData("nanoFramework.System.Device.Wifi")]
    [InlineData("nanoFramework.M2Mqtt")]
    [InlineData("MQTTnet.Server")]
    [InlineData("Npgsql")]
    [InlineData("prometheus-net.AspNetCore")]
    [InlineData("xunit")]
    public void ThePackagesTheProductIsNamedForAreReferenced(string package)
    {
        string[] places = [.. RepositoryFiles.All.Where(file =>
            Path.GetExtension(file) == ".csproj" || Path.GetFileName(file) == "packages.config")];
        Assert.Contains(places, file =>
            RepositoryFiles.Read(file).Contains('"' + package + '"', StringComparison.Ordinal));
    }

    private static string FolderOf(string project) =>
        MayReference.Keys.OrderByDescending(folder => folder.Length)
            .First(folder => project.StartsWith(folder + "/", StringComparison.Ordinal));

    private static IEnumerable<string> References(string project)
    {
        string folder = Path.GetDirectoryName(Path.Combine(RepositoryFiles.Root, project))!;
        return XDocument.Load(Path.Combine(RepositoryFiles.Root, project)).Descendants("ProjectReference")
            .Select(reference => reference.Attribute("Include")!.Value.Replace('\\', '/'))
            .Select(target => target.Replace("$(LumenRoot)", RepositoryFiles.Root + "/", StringComparison.Ordinal))
            .Select(target => Path.GetRelativePath(RepositoryFiles.Root, Path.GetFullPath(target, folder)));
    }
}
