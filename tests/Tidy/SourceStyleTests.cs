using System.Text.RegularExpressions;

namespace LumenLink.Tests.Tidy;

public sealed partial class SourceStyleTests
{
    private const int MaxFileLines = 400;
    private const int MaxLineLength = 120;

    [Fact]
    public void SourceFilesStayShort() => None(
        Sources().Where(file => RepositoryFiles.Lines(file).Length > MaxFileLines)
            .Select(file => $"{file}: more than {MaxFileLines} lines; is it one room, or two?"));

    [Fact]
    public void LinesStayReadable() => None(
        from file in Sources()
        from line in RepositoryFiles.Lines(file).Select((text, index) => (text, number: index + 1))
        where line.text.Length > MaxLineLength
        select $"{file}:{line.number}: {line.text.Length} characters");

    [Fact]
    public void NothingIsLeftUndone() => None(
        from file in Sources().Where(file => !file.StartsWith("tests/", StringComparison.Ordinal))
        from line in RepositoryFiles.Lines(file).Select((text, index) => (text, number: index + 1))
        where Unfinished().IsMatch(line.text)
        select $"{file}:{line.number}: {line.text.Trim()}");

    [Fact]
    public void NobodySleepsWhereAnEventCanBeAwaited() => None(
        from file in Sources().Where(
            file => !MaySleep.Any(allowed => file.StartsWith(allowed, StringComparison.Ordinal)))
        from line in RepositoryFiles.Lines(file).Select((text, index) => (text, number: index + 1))
        where Sleeping().IsMatch(line.text)
        select $"{file}:{line.number}: {line.text.Trim()}");

    // A test that needs them sees those of the assembly for .NET, by the project file.
    [Fact]
    public void WhatGoesOnBoardsOpensItsInternalsToNobody() => None(
        from file in Sources().Where(file => file.StartsWith("firmware/Core/", StringComparison.Ordinal)
            || file.StartsWith("firmware/Device/", StringComparison.Ordinal)
            || file.StartsWith("shared-protocol/", StringComparison.Ordinal))
        where RepositoryFiles.Lines(file).Any(line => line.Contains("InternalsVisibleTo", StringComparison.Ordinal))
        select file);

    // Who hosts the service in a process of their own decides what that prints.
    [Fact]
    public void OnlyTheServicesProgramKnowsItsConsole() => None(
        from file in Sources().Where(file => file.StartsWith("cloud/LumenLink.Rendezvous/", StringComparison.Ordinal)
            && file != "cloud/LumenLink.Rendezvous/Program.cs")
        from line in RepositoryFiles.Lines(file).Select((text, index) => (text, number: index + 1))
        where Printing().IsMatch(line.text)
        select $"{file}:{line.number}: {line.text.Trim()}");

    [Fact]
    public void ThePatternsFindWhatTheyLookFor()
    {
        Assert.Matches(Unfinished(), "throw new " + "NotImplemented" + "Exception();");
        Assert.Matches(Unfinished(), "// TO" + "DO: later");
        Assert.Matches(Sleeping(), "Thread." + "Sleep(10);");
        Assert.Matches(Printing(), "Console.WriteLine(1);");
    }

    // The host Thread and the one device clock define what a sleep is. The listener, the queue and BackOff back off
    // from a system, a store and a broker that failed and that give no event when they are well again; PublishHandler
    // slows a client down on purpose; all wait by the TimeProvider. A plan of faults says how long each lasts.
    private static readonly string[] MaySleep =
        ["firmware/Simulator/Host/", "firmware/Device/Adapters/DeviceClock.cs",
         "cloud/LumenLink.Rendezvous/Broker/BackOff.cs", "cloud/LumenLink.Rendezvous/Broker/PublishHandler.cs",
         "tools/LumenLink.Load/LoadRun.cs", "tools/LumenLink.Chaos/Plan/PlannedTime.cs",
         "cloud/LumenLink.Rendezvous/Broker/MqttListener.cs", "cloud/LumenLink.Rendezvous/Ingest/RecordsQueue.cs",
         "cloud/LumenLink.Rendezvous/Resolve/EidKeeper.cs",
         "tests/NanoGate/", "tests/Simulator/HelloDevice/", "tools/LumenLink.NanoAnalyzer/", "tests/Tidy/"];

    private static IEnumerable<string> Sources() => RepositoryFiles.WithExtension(".cs", ".razor");

    private static void None(IEnumerable<string> findings)
    {
        string[] found = [.. findings];
        Assert.True(found.Length == 0, string.Join('\n', found));
    }

    [GeneratedRegex(@"NotImplementedException\b(?!"")|\b(TODO|FIXME|HACK)\b")]
    private static partial Regex Unfinished();

    [GeneratedRegex(@"\bThread\.Sleep\(|\bTask\.Delay\(")]
    private static partial Regex Sleeping();

    [GeneratedRegex(@"\bConsole\.(Out|Error|Write)")]
    private static partial Regex Printing();
}
