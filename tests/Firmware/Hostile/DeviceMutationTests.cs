using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace LumenLink.Tests.Firmware.Hostile;

/// <summary>What each check of the device is good for: without it exactly its hostile frames get through.</summary>
public sealed class DeviceMutationTests(MutationRun run) : IClassFixture<MutationRun>
{
    [Fact]
    public void With_all_checks_the_compiled_sources_do_what_the_device_does() =>
        Assert.Equal(HostileFrames.All.Select(frame => frame.Outcome), run.Outcomes);

    [Fact]
    public void Without_a_check_its_hostile_frames_are_noticed_or_it_is_said_why_not() =>
        Assert.Equal(
            NotNoticed.Checks.Keys.Order(StringComparer.Ordinal),
            run.Checks.Where(check => run.Otherwise(check).Count == 0).Select(check => check.Name)
                .Order(StringComparer.Ordinal));

    [Fact]
    public void Exactly_one_check_stands_in_the_way_of_a_hostile_frame_or_it_is_said_what_does()
    {
        foreach (HostileFrame frame in HostileFrames.All)
        {
            string[] noticing =
            [
                .. run.Checks.Where(check => !check.HandsOn && run.Otherwise(check).Any(one => one.Frame == frame))
                    .Select(check => check.Name),
            ];
            int expected = NotNoticed.Frames.ContainsKey(frame.Name) ? 0 : 1;
            Assert.True(noticing.Length == expected, $"{frame.Name}: {string.Join(" and ", noticing)}");
        }

        Assert.Empty(NotNoticed.Frames.Keys.Except(HostileFrames.All.Select(frame => frame.Name)));
    }

    [Fact]
    public void Every_method_of_the_device_that_names_an_outcome_is_looked_at() => Assert.Equal(
        NotNoticed.Methods.Keys.Order(StringComparer.Ordinal),
        CheckFinder.Deciding().Order(StringComparer.Ordinal));

    [Fact]
    public void The_evidence_in_the_documentation_is_what_a_run_finds()
    {
        string text = Text();
        string path = Path.Combine(DeviceSources.Root, "docs", "evidence", "device-mutations.md");
        if (Environment.GetEnvironmentVariable("LUMENLINK_WRITE_VECTORS") == "1") File.WriteAllText(path, text);
        Assert.Equal(File.ReadAllText(path), text);
    }

    private static string Code(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    private string Text()
    {
        StringBuilder text = new($"""
            # What the device believes without one of its checks

            Written and compared by `DeviceMutationTests`: the {HostileFrames.All.Length} frames of `HostileFrames`,
            signed and sealed anew with the right keys wherever the attacker could, against the device's own
            sources with one check taken out at a time.
            A check is what an `if` with a refusal asks (each side of `||` for itself), what a `return` chooses
            between success and refusal by, and what a method of type bool returns, in the methods of
            `DeviceSources`. In brackets stands what becomes of the frame instead.

            ## Checks that decide

            | check | gets through, or is named otherwise, without it |
            |---|---|

            """);
        foreach (DeviceCheck check in run.Checks.Where(check => !check.HandsOn && run.Otherwise(check).Count > 0))
        {
            string frames = string.Join("; ", run.Otherwise(check).Select(one => $"{one.Frame.Name} ({one.Outcome})"));
            text.Append(null, $"| {Code(check.Name)} | {frames} |\n");
        }

        text.Append("""

            ## Checks that hand on what one of those has found

            | check | frames that notice |
            |---|---|

            """);
        foreach (DeviceCheck check in run.Checks.Where(check => check.HandsOn && run.Otherwise(check).Count > 0))
            text.Append(CultureInfo.InvariantCulture, $"| {Code(check.Name)} | {run.Otherwise(check).Count} |\n");

        text.Append("\n## Checks that no frame notices\n\n| check | why it is there |\n|---|---|\n");
        foreach ((string check, string reason) in NotNoticed.Checks)
            text.Append(null, $"| {Code(check)} | {reason} |\n");

        text.Append("\n## Frames that no single check stops\n\n| frame | what does |\n|---|---|\n");
        foreach ((string frame, string reason) in NotNoticed.Frames)
            text.Append(null, $"| {frame} | {reason} |\n");
        return text.ToString();
    }
}

/// <summary>Every hostile frame with all checks, and without each check that refused something in it: no other can
/// make a difference.</summary>
public sealed class MutationRun
{
    private readonly ConcurrentDictionary<(int Check, int Frame), string> otherwise = [];

    /// <summary>Compiles, and runs all of it.</summary>
    public MutationRun()
    {
        var device = new MutableDevice();
        Checks = device.Checks;
        string[] outcomes = new string[HostileFrames.All.Length];
        Parallel.For(0, outcomes.Length, new ParallelOptions { MaxDegreeOfParallelism = 2 }, frame =>
        {
            outcomes[frame] = device.Run(frame, 0, out int[] fired);
            foreach (int check in fired)
            {
                string outcome = device.Run(frame, check, out _);
                if (outcome != outcomes[frame]) otherwise[(check, frame)] = outcome;
            }
        });
        Outcomes = outcomes;
    }

    internal IReadOnlyList<DeviceCheck> Checks { get; }

    /// <summary>With all checks, in the order of <see cref="HostileFrames.All"/>.</summary>
    internal IReadOnlyList<string> Outcomes { get; }

    /// <summary>Frames whose outcome is another one without a check, in their order.</summary>
    internal List<(HostileFrame Frame, string Outcome)> Otherwise(DeviceCheck check) =>
    [
        .. otherwise.Where(one => one.Key.Check == check.Number).OrderBy(one => one.Key.Frame)
            .Select(one => (HostileFrames.All[one.Key.Frame], one.Value)),
    ];
}
