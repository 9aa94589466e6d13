using System.CommandLine;
using LumenLink.Cli;

// Ctrl-C is the command's own to handle: the fleet sends what it has first.
return await LumenCommand.RunAsync(args, new InvocationConfiguration { ProcessTerminationTimeout = null });
