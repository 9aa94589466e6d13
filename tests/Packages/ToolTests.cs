using System.Xml.Linq;
using LumenLink.Tests.Shared;

namespace LumenLink.Tests.Packages;

/// <summary>lumen as a .NET tool.</summary>
public sealed class ToolTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-tool-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_tool_installs_from_a_folder_and_runs()
    {
        string packages = Path.Combine(folder, "packages"), installed = Path.Combine(folder, "installed");
        string sources = Path.Combine(folder, "nuget.config");
        await File.WriteAllTextAsync(
            sources,
            $"""
            <configuration>
              <packageSources><clear /><add key="here" value="{packages}" /></packageSources>
            </configuration>
            """);
        await Dotnet.RunAsync(
            "pack", "tools/LumenLink.Cli/LumenLink.Cli.csproj", "-c", Dotnet.Configuration, "--no-build", "-v", "q",
            "-o", packages, "-nodeReuse:false");
        await Dotnet.RunAsync(
            "tool", "install", "LumenLink.Cli", "--tool-path", installed, "--configfile", sources, "--no-cache");

        string lumen = Path.Combine(installed, "lumen");
        string version = XDocument.Load(Path.Combine(RepositoryFolder.Find(), "Directory.Build.props"))
            .Descendants("VersionPrefix").Single().Value;
        Assert.StartsWith(version, await Dotnet.RunAsync(lumen, ["--version"]), StringComparison.Ordinal);
        string suggested = await Dotnet.RunAsync(lumen, ["[suggest:9]", "lumen res"]);
        Assert.Contains("resolve", suggested, StringComparison.Ordinal);
    }
}
