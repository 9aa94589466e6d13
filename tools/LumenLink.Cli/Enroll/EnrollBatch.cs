using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using CsvHelper;
using LumenLink.Cli.Authority;
using LumenLink.Cli.Beacon;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Cli.Enroll;

/// <summary>What became of a line.</summary>
internal enum LineOutcome
{
    /// <summary>The board is enrolled now; in a dry run it would be.</summary>
    Enrolled,

    /// <summary>It was enrolled before, just so.</summary>
    AlreadyEnrolled,

    /// <summary>The line, the CA or the service said no; the detail says why.</summary>
    Refused,

    /// <summary>The batch had to stop before.</summary>
    NotTried,
}

/// <summary>A line of the results.</summary>
/// <param name="Line">Number of the line in the file of boards.</param>
/// <param name="Name">Name for people.</param>
/// <param name="BeaconId">Beacon id; empty when the key could not be read.</param>
/// <param name="Region">Region label.</param>
/// <param name="CertificateSerial">Serial number of the certificate, hex.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Detail">Why it was refused, and what to do.</param>
internal sealed record LineResult(
    int Line, string Name, string BeaconId, string Region, string CertificateSerial, LineOutcome Outcome, string Detail)
{
    /// <summary>The outcome in words.</summary>
    public string Words => Outcome switch
    {
        LineOutcome.Enrolled => "enrolled",
        LineOutcome.AlreadyEnrolled => "already enrolled",
        LineOutcome.Refused => "refused",
        _ => "not tried",
    };
}

/// <summary>
/// Enrols the boards of a file. A bad line does not keep back good ones; what is true of every line (no service, no
/// token, no store) ends the batch. Each result is written as soon as it is there.
/// </summary>
/// <param name="desk">Enrols.</param>
/// <param name="usual">What lines that do not say it are to have.</param>
/// <param name="folder">Where files that lines name are looked for.</param>
internal sealed class EnrollBatch(EnrollDesk desk, BoardTerms usual, string folder)
{
    private static readonly string[] Header =
        ["line", "name", "beacon_id", "region", "certificate_serial", "outcome", "detail"];

    private string stopped = "";

    /// <summary>Enrols them.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="results">Takes the results, CSV.</param>
    /// <param name="done">Told of each.</param>
    public async Task<IReadOnlyList<LineResult>> RunAsync(
        IReadOnlyList<FileLine> lines, TextWriter results, Action<LineResult> done)
    {
        await using CsvWriter writer = new(results, CultureInfo.InvariantCulture, leaveOpen: true);
        await WriteAsync(writer, Header);
        List<LineResult> all = [];
        foreach (FileLine line in lines)
        {
            LineResult result = stopped.Length > 0
                ? new LineResult(line.Number, line.Terms?.Name ?? "", "", "", "", LineOutcome.NotTried, stopped)
                : await EnrollAsync(line);
            all.Add(result);
            await WriteAsync(
                writer,
                $"{result.Line}", result.Name, result.BeaconId, result.Region, result.CertificateSerial, result.Words,
                result.Detail);
            done(result);
        }

        return all;
    }

    private async Task<LineResult> EnrollAsync(FileLine line)
    {
        string name = line.Terms?.Name ?? "";
        string id = "";
        try
        {
            if (line.Terms is not { } terms)
                return Result(LineOutcome.Refused, line.Problem);
            Board board = Board.Read(terms.Or(usual), folder);
            id = BeaconId.FromBytes(SHA256.HashData(board.PublicKey)).ToString();
            JsonElement answer = await desk.EnrollAsync(board);
            return new LineResult(
                line.Number, Text(answer, "name"), Text(answer, "id"), Text(answer, "region"),
                Text(answer, "certificate_serial"),
                Text(answer, "outcome") == "enrolled" ? LineOutcome.Enrolled : LineOutcome.AlreadyEnrolled, "");
        }
        catch (BeaconException problem) when (problem.IsInput || problem.IsOfThisCall)
        {
            return Result(LineOutcome.Refused, problem.Message);
        }
        catch (AuthorityException problem) when (problem.Status != 1)
        {
            return Result(LineOutcome.Refused, problem.Message);
        }
        catch (Exception problem) when (problem is BeaconException or AuthorityException)
        {
            stopped = problem.Message;
            return Result(LineOutcome.NotTried, problem.Message);
        }

        LineResult Result(LineOutcome outcome, string detail) =>
            new(line.Number, name, id, "", "", outcome, detail);
    }

    private static string Text(JsonElement answer, string member) => answer.GetProperty(member).GetString() ?? "";

    private static async Task WriteAsync(CsvWriter writer, params string[] fields)
    {
        foreach (string field in fields)
            writer.WriteField(field);
        await writer.NextRecordAsync();
        await writer.FlushAsync();
    }
}
