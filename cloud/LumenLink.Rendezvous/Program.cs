using LumenLink.Rendezvous.Composition;

return await RendezvousProgram.RunAsync(args, Environment.GetEnvironmentVariable, Console.Out, Console.Error);
