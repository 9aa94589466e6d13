using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Text.RegularExpressions;
using LumenLink.Cli;
using LumenLink.Tests.Shared;

namespace LumenLink.Tests.Cli;

/// <summary>What lumen ends with, run as a process, and what docs/cli.md says of it.</summary>
public sealed partial class ExitStatusTests
{
    private static readonly string Document =
        File.ReadAllText(Path.Combine(RepositoryFolder.Find(), "docs", "cli.md"));

    [Theory]
    [InlineData(0, "--version")]
    [InlineData(0, "--help")]
    [InlineData(0, "decode", "--help")]
    [InlineData(1, "decode", "00")]
    [InlineData(1, "find", "--service", "http://127.0.0.1:1")]
    [InlineData(2)]
    [InlineData(2, "fly")]
    [InlineData(2, "find", "--wings")]
    [InlineData(2, "find", "--status", "airborne")]
    [InlineData(2, "resolve")]
    [InlineData(2, "resolve", "zz")]
    [InlineData(2, "up", "--port", "0")]
    [InlineData(2, "up", "--beacons", "many")]
    [InlineData(2, "decode", "no hex")]
    [InlineData(2, "pack", "/no-such-file", "--root", "/no-such-file")]
    [InlineData(2, "audit", "verify", "/no-such-file", "--root", "/no-such-file")]
    [InlineData(2, "keys", "rotate", "packs", "--operator", "/no-such-folder/x")]
    public async Task A_command_ends_with_a_status_of_the_table(int status, params string[] arguments)
    {
        (int ended, string output, string error) = await RunAsync(arguments);
        Assert.True(status == ended, $"{ended}: {output} {error}");
        Assert.True(status != 0 || error.Length == 0, error);
        Assert.NotEqual(0, output.Length + error.Length);
    }

    [Fact]
    public async Task What_could_not_be_looked_into_is_neither_good_nor_bad()
    {
        string policy = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(policy, """{"version":1}""");
            string[] words = ["policy", "test", "--policy", policy, "--service", "http://127.0.0.1:1"];
            (int ended, _, string error) = await RunAsync(words);
            Assert.True(ended == ExitStatus.Undecided, $"{ended}: {error}");
        }
        finally
        {
            File.Delete(policy);
        }
    }

    [Fact]
    public void The_table_has_every_status_and_its_number()
    {
        string[] told = [.. Row().Matches(Document).Select(row => row.Groups[2].Value + " " + row.Groups[1].Value)];
        string[] here = [.. typeof(ExitStatus).GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => $"{field.Name.ToLowerInvariant()} {field.GetRawConstantValue()}")];
        Assert.Equal(here, told);
    }

    [Fact]
    public void Every_command_is_in_the_document() => Assert.All(
        LumenCommand.Create().Subcommands,
        command => Assert.Contains($"`lumen {command.Name}`", Document, StringComparison.Ordinal));

    [Fact]
    public void Every_command_says_what_it_does() => Assert.All(
        All(LumenCommand.Create()),
        command => Assert.EndsWith(".", command.Description, StringComparison.Ordinal));

    /// <summary>The lines for bash in docs/cli.md, in a bash.</summary>
    [Fact]
    public async Task The_shell_completes_commands_and_values_as_the_document_says()
    {
        string script = Shell().Match(Document).Groups[1].Value;
        Assert.Contains("complete", script, StringComparison.Ordinal);
        string test = $$"""
            lumen() { dotnet '{{Program}}' "$@"; }
            {{script}}
            COMP_WORDS=(lumen res); COMP_CWORD=1; COMP_LINE='lumen res'; COMP_POINT=9
            _lumen; echo "${COMPREPLY[@]}"
            COMP_WORDS=(lumen find --status st); COMP_CWORD=3; COMP_LINE='lumen find --status st'; COMP_POINT=22
            _lumen; echo "${COMPREPLY[@]}"
            """;
        (int status, string output, string error) = await RunAsync("/bin/bash", ["-c", test]);
        Assert.True(status == 0 && error.Length == 0, error);
        Assert.Equal("resolve restore\nstale\n", output);
    }

    private static string Program => Path.Combine(AppContext.BaseDirectory, "lumen.dll");

    private static IEnumerable<Command> All(Command command) =>
        command.Subcommands.SelectMany(All).Append(command);

    private static Task<(int Status, string Output, string Error)> RunAsync(string[] arguments) =>
        RunAsync("dotnet", [Program, .. arguments]);

    private static async Task<(int Status, string Output, string Error)> RunAsync(string program, string[] arguments)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        start.Environment.Remove("LUMENLINK_URL");
        using Process process = System.Diagnostics.Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await error);
    }

    [GeneratedRegex(@"^\| (\d) \| (\w+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("```bash\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Shell();
}
