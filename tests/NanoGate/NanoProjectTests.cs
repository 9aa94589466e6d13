using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace LumenLink.Tests.NanoGate;

/// <summary>
/// The .nfproj files have what the nanoFramework project system, its package restore and its test adapter want.
/// They cannot be built here, so their form is held by tests.
/// </summary>
public sealed partial class NanoProjectTests
{
    private const string ProjectTypes =
        "{11A8DD76-328B-46DF-9F39-F559912D0360};{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}";

    private const string ProjectSystem = "$(NanoFrameworkProjectSystemPath)NFProjectSystem.";

    public static TheoryData<string> All => ProjectTests.NanoProjects;

    public static TheoryData<string> Tests =>
        [.. Repository.Files(Repository.Root, "*.nfproj").Where(IsTest).Select(Repository.Relative)];

    public static TheoryData<string> Products =>
        [.. Repository.Files(Repository.Root, "*.nfproj").Where(path => !IsTest(path)).Select(Repository.Relative)];

    [Theory]
    [MemberData(nameof(All))]
    public void TheProjectSystemIsImportedInItsOrder(string nfproj)
    {
        XElement project = Load(nfproj);
        Assert.Equal("http://schemas.microsoft.com/developer/msbuild/2003", project.Name.NamespaceName);
        string[] imports = [.. Named(project, "Import").Select(import => import.Attribute("Project")!.Value)];
        Assert.EndsWith("nfproj.props", imports[0]);
        Assert.Equal(
            [ProjectSystem + "Default.props", ProjectSystem + "props", ProjectSystem + "CSharp.targets"],
            imports.Where(import => import.StartsWith(ProjectSystem, StringComparison.Ordinal)));
        Assert.All(Named(project, "Import").Skip(1), import => Assert.True(
            import.Attribute("Label")?.Value == "Shared"
            || import.Attribute("Condition")?.Value == $"Exists('{import.Attribute("Project")!.Value}')"));
        Assert.Equal(ProjectSystem + "Default.props", imports[1]);
        Assert.Equal(ProjectSystem + "CSharp.targets", imports[^1]);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void ItsPropertiesAreThoseOfADeviceProject(string nfproj)
    {
        XElement project = Load(nfproj);
        Assert.Equal(ProjectTypes, Property(project, "ProjectTypeGuids"));
        Assert.Equal("v1.0", Property(project, "TargetFrameworkVersion"));
        Assert.Contains(Property(project, "OutputType"), new[] { "Exe", "Library" });
        Assert.Single(Named(project, "ProjectConfigurationsDeclaredAsItems"));
        Assert.Contains(Named(project, "None"), item => item.Attribute("Include")?.Value == "packages.config");
        Assert.All(
            Named(project, "ProjectReference").Select(reference => reference.Attribute("Include")!.Value),
            path => Assert.True(File.Exists(Full(nfproj, path)), path));
    }

    [Fact]
    public void OneProjectIsTheProgram() => Assert.Equal(
        ["firmware/Device/LumenLink.Beacon.nfproj"],
        Repository.Files(Repository.Root, "*.nfproj").Select(Repository.Relative)
            .Where(nfproj => Property(Load(nfproj), "OutputType") == "Exe"));

    [Theory]
    [MemberData(nameof(All))]
    public void PackagesAreForNano(string nfproj)
    {
        XElement[] packages =
            [.. Named(XElement.Load(Full(nfproj, "packages.config")), "package")];
        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Equal("netnano1.0", package.Attribute("targetFramework")?.Value));
    }

    [Theory]
    [MemberData(nameof(Tests))]
    public void ATestProjectIsFoundAndRunByTheAdapter(string nfproj)
    {
        XElement project = Load(nfproj);
        Assert.Equal("NFUnitTest", Property(project, "AssemblyName"));
        Assert.Equal("Library", Property(project, "OutputType"));
        Assert.Equal("true", Property(project, "IsTestProject"));
        Assert.Equal("UnitTest", Property(project, "TestProjectType"));
        Assert.Contains(
            Named(project, "ProjectCapability"), item => item.Attribute("Include")?.Value == "TestContainer");
        XElement launcher = Named(project, "Reference").Single(
            reference => reference.Attribute("Include")!.Value == ProjectTests.Launcher);
        Assert.EndsWith("nanoFramework.UnitTestLauncher.exe", launcher.Value.Trim());
        Assert.Equal(@"$(MSBuildProjectDirectory)\nano.runsettings", Property(project, "RunSettingsFilePath"));
        XElement settings = XElement.Load(Full(nfproj, "nano.runsettings"));
        Assert.Equal("False", Property(settings, "IsRealHardware"));
        Assert.Equal("1", Property(settings, "MaxCpuCount"));
    }

    /// <summary>Assemblies are measured by name and version: both worlds have the same.</summary>
    [Theory]
    [MemberData(nameof(Products))]
    public void AProductHasTheVersionOfTheRepository(string nfproj)
    {
        string file = Named(Load(nfproj), "Compile").Single().Attribute("Include")!.Value;
        string version = AssemblyVersion().Match(File.ReadAllText(Full(nfproj, file))).Groups[1].Value;
        string prefix = Property(Load("Directory.Build.props"), "VersionPrefix");
        Assert.Equal($"{prefix}.0", version);
    }

    /// <summary>LumenLink.sln cannot build them with dotnet; this solution is for Visual Studio and MSBuild.</summary>
    [Fact]
    public void TheDeviceSolutionBuildsAndDeploysEveryNanoProject()
    {
        const string Solution = "firmware/LumenLink.Device.sln";
        string text = File.ReadAllText(Path.Combine(Repository.Root, Solution));
        Dictionary<string, string> entries = Entry().Matches(text).ToDictionary(
            entry => Repository.Relative(Full(Solution, entry.Groups[1].Value)), entry => entry.Groups[2].Value);
        Assert.Equal(
            Repository.Files(Repository.Root, "*.nfproj").Select(Repository.Relative).Order(), entries.Keys.Order());
        Assert.All(entries, entry =>
        {
            Assert.Equal($"{{{entry.Value}}}", Property(Load(entry.Key), "ProjectGuid"));
            foreach (string configuration in new[] { "Debug", "Release" })
                foreach (string kind in new[] { "ActiveCfg", "Build.0", "Deploy.0" })
                    Assert.Contains(
                        $"{{{entry.Value}}}.{configuration}|Any CPU.{kind} = {configuration}|Any CPU", text);
        });
    }

    /// <summary>A packages.config restores below its solution; two solutions need one place.</summary>
    [Fact]
    public void PackagesAreRestoredWhereTheProjectsLook()
    {
        XElement path = Named(Load("NuGet.Config"), "add").Single(
            add => add.Attribute("key")!.Value == "repositoryPath");
        Assert.Equal(
            $@"$(MSBuildThisFileDirectory){path.Attribute("value")!.Value}\",
            Property(Load("nfproj.props"), "NanoPackages"));
    }

    private static bool IsTest(string path) => Named(XElement.Load(path), "IsTestProject").Any();

    private static XElement Load(string file) => XElement.Load(Path.Combine(Repository.Root, file));

    private static IEnumerable<XElement> Named(XElement project, string name) =>
        project.Descendants().Where(element => element.Name.LocalName == name);

    private static string Property(XElement project, string name) => Named(project, name).Single().Value;

    private static string Full(string project, string path) => Path.GetFullPath(
        path.Replace('\\', '/'), Path.GetDirectoryName(Path.Combine(Repository.Root, project))!);

    [GeneratedRegex(@"AssemblyVersion\(""([\d.]+)""\)")]
    private static partial Regex AssemblyVersion();

    [GeneratedRegex(
        @"Project\(""\{11A8DD76-328B-46DF-9F39-F559912D0360\}""\) = ""[^""]+"", ""([^""]+)"", ""\{([0-9A-F-]{36})\}""")]
    private static partial Regex Entry();
}
