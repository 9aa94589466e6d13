using System.CommandLine;
using System.Globalization;
using System.Text;
using LumenLink.Protocol;

namespace LumenLink.Cli.Decode;

/// <summary>
/// lumen decode: prints frames as a protocol analyser does. Exit status 0: every frame is well-formed; 1: a frame
/// breaks; 2: the input holds no frame.
/// </summary>
internal static class DecodeCommand
{
    private const int AllGood = ExitStatus.Done;
    private const int FrameBreaks = ExitStatus.Failed;
    private const int BadInput = ExitStatus.Misused;

    /// <summary>The command, reading "-" from <paramref name="openInput"/>.</summary>
    internal static Command Create(Func<Stream> openInput)
    {
        // Arities are wide and checked below: the parser's own messages repeat what was typed, a key too, and exit
        // with 1.
        var source = new Argument<string[]>("source")
        {
            Description = "the frame in hex digits (blanks, colons and 0x allowed, in quotes), else a file, or - for "
                + "standard input: one binary frame, or text with a frame in hex a line, # for comments",
            HelpName = "HEX|FILE|-",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var key = new Option<string[]>("--key")
        {
            Description = "64 hex digits: the session's key of the direction (up: Records, CommandAck; down: the other "
                + "sealed frames); checks their tags",
            HelpName = "HEX",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var command = new Command(
            "decode",
            "Print frames of the wire, valid or not, with offsets and where and why they break. Exit status: 0 all are "
                + "well-formed, 1 one breaks, 2 the input holds no frame.")
        {
            source, key,
        };
        command.SetAction(parsed =>
        {
            InvocationConfiguration console = parsed.InvocationConfiguration;
            try
            {
                byte[]? tagKey = parsed.GetResult(key) is null ? null : Key(parsed.GetValue(key)!);
                string one = Single(parsed.GetValue(source)!);
                return Print(FrameInput.Read(one, openInput), tagKey, console.Output);
            }
            catch (DecodeException problem)
            {
                console.Error.WriteLine("error: " + problem.Message);
                return BadInput;
            }
        });
        return command;
    }

    private static string Single(string[] sources)
    {
        if (sources.Length != 1 || (sources[0].StartsWith('-') && sources[0] != "-"))
        {
            throw new DecodeException(
                "give one argument: hex digits (in quotes if there are blanks), a file, or - for standard input; "
                    + "'lumen decode --help' lists the options.");
        }

        return sources[0];
    }

    /// <summary>Says nothing of what was given: a key must not end up in a log.</summary>
    private static byte[] Key(string[] given)
    {
        if (given.Length == 1 && HexText.LooksLike(given[0]))
        {
            try
            {
                byte[] key = HexText.Parse(given[0], "--key");
                if (key.Length == WireSizes.Hash)
                    return key;
            }
            catch (DecodeException)
            {
                // Its message names a digit of the key.
            }
        }

        throw new DecodeException("--key takes one key of 32 bytes; give it once, as 64 hex digits.");
    }

    private static int Print(List<InputFrame> frames, byte[]? key, TextWriter output)
    {
        int status = AllGood;
        for (int i = 0; i < frames.Count; i++)
        {
            var text = new StringBuilder();
            if (frames.Count > 1)
                Heading(text, i + 1, frames[i]);
            bool good = Describe(text, frames[i].Bytes, key);
            status = good ? status : FrameBreaks;
            output.Write(text.ToString());
        }

        output.Flush();
        return status;
    }

    private static void Heading(StringBuilder text, int number, InputFrame frame)
    {
        text.Append(number > 1 ? "\n" : "");
        text.Append(CultureInfo.InvariantCulture, $"frame {number}, {frame.Bytes.Length} bytes");
        text.Append(frame.Label.Length > 0 ? $": {frame.Label}\n" : "\n");
    }

    private static bool Describe(StringBuilder text, byte[] frame, byte[]? key)
    {
        string description = FrameText.Describe(frame);
        WireError verdict = FrameText.Check(frame);
        text.Append(description).Append(BreakPlace.Line(frame, verdict, description));
        bool good = verdict == WireError.None;
        if (key is not null && HasTag(frame))
        {
            WireError tag = FrameSeal.Verify(frame, key);
            text.Append(tag == WireError.None ? "tag ok\n" : $"! {tag}\n");
            good &= tag == WireError.None;
        }

        return good;
    }

    /// <summary>By its version and type alone; a frame that breaks further on may still be sealed.</summary>
    private static bool HasTag(byte[] frame) =>
        frame.Length is >= FrameHeader.Size and <= WireLimits.MaxFrameBytes
            && frame[0] == WireVersion.Major && FrameHeader.IsSealed((FrameType)frame[1]);
}
