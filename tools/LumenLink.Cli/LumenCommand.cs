using System.CommandLine;
using System.CommandLine.Invocation;
using LumenLink.Cli.Audit;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Backup;
using LumenLink.Cli.Beacon;
using LumenLink.Cli.Decode;
using LumenLink.Cli.Enroll;
using LumenLink.Cli.Find;
using LumenLink.Cli.Keys;
using LumenLink.Cli.Load;
using LumenLink.Cli.Policy;
using LumenLink.Cli.Provisioning;
using LumenLink.Cli.Release;
using LumenLink.Cli.Trace;
using LumenLink.Cli.Up;
using LumenLink.Cli.Webhooks;

namespace LumenLink.Cli;

/// <summary>lumen: all of its commands.</summary>
internal static class LumenCommand
{
    /// <summary>Runs what a command line says; the process's exit status.</summary>
    public static async Task<int> RunAsync(string[] arguments, InvocationConfiguration configuration)
    {
        ParseResult parsed = Create().Parse(arguments);
        int status = await parsed.InvokeAsync(configuration);
        return parsed.Action is ParseErrorAction ? ExitStatus.Misused : status;
    }

    /// <summary>The command.</summary>
    public static RootCommand Create()
    {
        KeyOptions keys = new(Console.OpenStandardInput, Environment.GetEnvironmentVariable, SecretPrompt.Ask);
        RootCommand root = new("lumen: the command line of LumenLink.")
        {
            UpCommandLine.Create(), DecodeCommand.Create(Console.OpenStandardInput),
            TraceCommand.Create(
                () => new SocketsHttpHandler { AllowAutoRedirect = false }, Environment.GetEnvironmentVariable),
            BeaconCommands.Create(
                () => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, TimeProvider.System),
            WebhookCommands.Create(() => new SocketsHttpHandler(), Environment.GetEnvironmentVariable),
            AuditCommands.Create(
                () => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, TimeProvider.System),
            BackupCommands.CreateBackup(Environment.GetEnvironmentVariable),
            BackupCommands.CreateRestore(Environment.GetEnvironmentVariable),
            KeysCommands.Create(keys, TimeProvider.System),
            PackCommand.Create(TimeProvider.System),
            EnrollCommands.Create(
                () => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, keys, TimeProvider.System),
            ProvisionCommand.Create(Console.OpenStandardInput, Environment.GetEnvironmentVariable),
            AuthorityCommands.Create(keys, TimeProvider.System),
            ReleaseCommands.Create(keys, TimeProvider.System),
            PolicyCommands.Create(() => new SocketsHttpHandler(), Environment.GetEnvironmentVariable),
            LoadCommand.Create(
                () => new SocketsHttpHandler(), Environment.GetEnvironmentVariable, keys, TimeProvider.System),
        };
        foreach (Command command in FindCommands.Create(
            () => new SocketsHttpHandler { AllowAutoRedirect = false }, Environment.GetEnvironmentVariable,
            TimeProvider.System))
            root.Add(command);
        return root;
    }
}
