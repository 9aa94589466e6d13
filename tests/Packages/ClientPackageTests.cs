using System.IO.Compression;
using System.Text;
using System.Xml.Linq;
using LumenLink.Tests.Shared;

namespace LumenLink.Tests.Packages;

/// <summary>What dotnet pack makes of the client library, without a network.</summary>
public sealed class ClientPackageTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("lumen-package-").FullName;
    private readonly string version = XDocument.Load(Path.Combine(RepositoryFolder.Find(), "Directory.Build.props"))
        .Descendants("VersionPrefix").Single().Value;

    public async Task InitializeAsync()
    {
        await PackAsync("one");
        await PackAsync("two");
    }

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    [Fact]
    public void The_package_has_what_users_and_debuggers_want_and_is_the_same_whoever_makes_it()
    {
        Dictionary<string, byte[]> package = Entries("one", "nupkg"), symbols = Entries("one", "snupkg");
        Assert.All(
            (string[])
            [
                "LumenLink.Client.nuspec", "README.md", "lib/net10.0/LumenLink.Client.dll",
                "lib/net10.0/LumenLink.Client.xml", "lib/netstandard2.0/LumenLink.Client.dll",
                "lib/netstandard2.0/LumenLink.Client.xml",
            ],
            name => Assert.Contains(name, package.Keys));
        Assert.All(
            (string[])["lib/net10.0/LumenLink.Client.pdb", "lib/netstandard2.0/LumenLink.Client.pdb"],
            name => Assert.Contains(name, symbols.Keys));
        AssertSame(package, Entries("two", "nupkg"));
        AssertSame(symbols, Entries("two", "snupkg"));

        string description = Encoding.UTF8.GetString(package["LumenLink.Client.nuspec"]);
        Assert.Contains("<license type=\"expression\">Apache-2.0</license>", description, StringComparison.Ordinal);
        Assert.Contains("<readme>README.md</readme>", description, StringComparison.Ordinal);
        Assert.Contains($"<version>{version}</version>", description, StringComparison.Ordinal);
        Assert.Contains("<group targetFramework=\"net10.0\" />", description, StringComparison.Ordinal);
        Assert.Contains(
            "ResolveAsync", Encoding.UTF8.GetString(package["lib/net10.0/LumenLink.Client.xml"]),
            StringComparison.Ordinal);
        foreach ((string name, byte[] content) in package.Concat(symbols))
        {
            string text = Encoding.Latin1.GetString(content);
            Assert.False(text.Contains(RepositoryFolder.Find(), StringComparison.Ordinal), name);
            Assert.False(text.Contains(folder, StringComparison.Ordinal), name);
        }
    }

    private static void AssertSame(Dictionary<string, byte[]> one, Dictionary<string, byte[]> two)
    {
        Assert.Equal(one.Keys.Order(StringComparer.Ordinal), two.Keys.Order(StringComparer.Ordinal));
        Assert.All(one, entry => Assert.True(entry.Value.AsSpan().SequenceEqual(two[entry.Key]), entry.Key));
    }

    /// <summary>Built from nothing in a folder of its own; packages come from this machine alone.</summary>
    private async Task PackAsync(string name)
    {
        string nothing = Directory.CreateDirectory(Path.Combine(folder, "no-source")).FullName;
        await Dotnet.RunAsync(
            "pack", "cloud/LumenLink.Client/LumenLink.Client.csproj", "-c", "Release", "-v", "q",
            "-o", Path.Combine(folder, name), "--artifacts-path", Path.Combine(folder, "built-" + name),
            $"-p:RestoreSources={nothing}", "-p:UseSharedCompilation=false", "-nodeReuse:false");
    }

    private Dictionary<string, byte[]> Entries(string name, string extension)
    {
        using ZipArchive archive = ZipFile.OpenRead(
            Path.Combine(folder, name, $"LumenLink.Client.{version}.{extension}"));
        return archive.Entries.ToDictionary(
            entry => entry.FullName,
            entry =>
            {
                using MemoryStream content = new();
                using Stream stream = entry.Open();
                stream.CopyTo(content);
                return content.ToArray();
            });
    }
}
