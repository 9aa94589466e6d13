using System.Diagnostics;
using System.Text.RegularExpressions;

namespace LumenLink.Tests.NanoGate;

/// <summary>The gate in an ordinary <c>dotnet build</c>, other errors and attempts to silence it included.</summary>
public sealed partial class BuildTests : IDisposable
{
#if DEBUG
    private const string Configuration = "Debug";
#else
    private const string Configuration = "Release";
#endif

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <Import Project="$(LumenRoot)firmware/Nano.props" />
          <PropertyGroup>
            <GenerateDocumentationFile>false</GenerateDocumentationFile>
            <NoWarn>$(NoWarn);LLNANO032;LLNANO005</NoWarn>
          </PropertyGroup>
          <ItemGroup><Compile Include="*.cs" /></ItemGroup>
          <Import Project="$(LumenRoot)firmware/Nano.targets" />
        </Project>
        """;

    /// <summary>The repository's settings, with the output in the project's own folder.</summary>
    private const string Settings = """
        <Project>
          <Import Project="$([MSBuild]::GetPathOfFileAbove($(MSBuildThisFile), $(MSBuildThisFileDirectory)../))" />
          <PropertyGroup><UseArtifactsOutput>false</UseArtifactsOutput></PropertyGroup>
        </Project>
        """;

    /// <summary>Everything at once. A comment marks each line that must have an error of its own.</summary>
    private const string Everything = """
        using System;
        using System.Collections.Generic; // error
        using System.Linq; // error
        using System.Threading;
        using System.Threading.Tasks; // error

        namespace Device
        {
            public interface IReport
            {
                int Size() => 4; // error
            }

            public class Combined
            {
                private static int _count; // error

                public async Task<int> Run(int[] values, byte[] bytes) // error
                {
                    List<int> list = null; // error
                    Span<byte> span = bytes; // error
                    var large = values.Where(value => value > 1); // error
                    var query = from value in values select value; // error
                    (int, int) pair = (1, 2); // error
                    int sum = checked(values[0] + 1); // error
                    int[,] grid = new int[2, 2]; // error
                    string text = string.Join(",", "a", "b"); // error
                    _count++;
        #pragma warning disable
                    Thread.Sleep(10); // error
        #pragma warning restore
                    await Run(values, bytes); // error
                    int plain = "text"; // error
                    Undefined(); // error
                    return sum + _count;
                }
            }
        }
        """;

    private readonly string _folder = Directory.CreateDirectory(
        Path.Combine(Repository.Root, "artifacts", "nano-gate", Path.GetRandomFileName())).FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void EveryOffendingLineHasAnErrorWhateverElseIsWrong()
    {
        const string Silencing = "[*.cs]\ndotnet_diagnostic.LLNANO004.severity = none\n";
        File.WriteAllText(Path.Combine(_folder, ".editorconfig"), Silencing);
        int[] marked = [.. Lines(Everything).Where(line => line.Text.EndsWith("// error", StringComparison.Ordinal))
            .Select(line => line.Number)];
        (int status, string output) = Build(Everything);
        Assert.NotEqual(0, status);
        Assert.Equal(marked, ErrorLines(output));
    }

    [Fact]
    public void AProjectThatSetsItselfFreeIsRefused()
    {
        const string Free = "<LangVersion>14</LangVersion><CheckForOverflowUnderflow>true</CheckForOverflowUnderflow>";
        string project = Project.Replace("<PropertyGroup>", "<PropertyGroup>" + Free, StringComparison.Ordinal);
        (int status, string output) = Build("public class Device { }", project);
        Assert.NotEqual(0, status);
        Assert.Contains("error LLNANO004: CheckForOverflowUnderflow", output);
        Assert.Contains("error LLNANO020: LangVersion 14", output);
    }

    [Fact]
    public void DeviceCodeThatKeepsTheRulesBuilds()
    {
        (int status, string output) = Build("""
            using System;
            namespace Device
            {
                public static class Program { public static void Main() { Console.WriteLine("hello"); } }
            }
            """);
        Assert.True(status == 0, output);
    }

    private (int Status, string Output) Build(string source, string project = Project)
    {
        File.WriteAllText(Path.Combine(_folder, "Directory.Build.props"), Settings);
        File.WriteAllText(Path.Combine(_folder, "Device.csproj"), project);
        File.WriteAllText(Path.Combine(_folder, "Device.cs"), source);
        ProcessStartInfo start = new("dotnet")
        {
            WorkingDirectory = _folder,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        // What device projects refer to is built already: this test's own build made it.
        foreach (string argument in new[]
        {
            "build", "Device.csproj", "-c", Configuration, "-p:BuildProjectReferences=false",
            "-p:UseSharedCompilation=false", "-nodeReuse:false", "-v:quiet", "-nologo",
        })
            start.ArgumentList.Add(argument);
        using Process build = Process.Start(start)!;
        string output = build.StandardOutput.ReadToEnd();
        build.WaitForExit();
        return (build.ExitCode, output);
    }

    private static IEnumerable<(int Number, string Text)> Lines(string text) =>
        text.Split('\n').Select((line, index) => (index + 1, line.TrimEnd()));

    private static int[] ErrorLines(string output) =>
        [.. ErrorLine().Matches(output).Select(match => int.Parse(match.Groups[1].ValueSpan)).Distinct().Order()];

    [GeneratedRegex(@"Device\.cs\((\d+),\d+\): error ")]
    private static partial Regex ErrorLine();
}
