using System.Collections;
using LumenLink.Rendezvous.Composition;

Dictionary<string, string> environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
    .ToDictionary(variable => (string)variable.Key, variable => (string?)variable.Value ?? "");
return await RendezvousProgram.RunAsync(args, environment, Console.Out, Console.Error);
