using System.CommandLine;
using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Cli.Audit;
using LumenLink.Rendezvous.Audit;

namespace LumenLink.Tests.Cli;

/// <summary>
/// lumen audit over a real service and its database: what somebody does to the rows who owns the database and has no
/// key of the operator's, each time from the same good state, and what of it is found.
/// </summary>
public sealed class AuditCommandTests(AuditScene scene) : IClassFixture<AuditScene>
{
    /// <summary>Number of the entry that is tampered with; the last head is behind it.</summary>
    private const int Place = 4;

    [Fact]
    public async Task What_nobody_touched_is_good()
    {
        (int status, string output) = await scene.VerifyAsync("", "--json");
        Assert.Equal(0, status);
        JsonElement report = JsonDocument.Parse(output).RootElement;
        Assert.Equal(0, report.GetProperty("findings").GetArrayLength());
        Assert.Equal(AuditScene.Entries, report.GetProperty("entries").GetInt32());
    }

    [Theory]
    [InlineData("tenant_id = NULL")]
    [InlineData("at = at + 1")]
    [InlineData("kind = 'command'")]
    [InlineData("subject = 'AQIDBAUGBwg'")]
    [InlineData("actor = 'nobody'")]
    [InlineData("outcome = 'Accepted '")]
    [InlineData("detail = ''")]
    [InlineData("judged = x'00'")]
    [InlineData("previous = zeroblob(32)")]
    [InlineData("hash = zeroblob(32)")]
    public async Task An_altered_column_is_found(string change)
    {
        (int status, string output) =
            await scene.VerifyAsync($"UPDATE audit_entries SET {change} WHERE number = {Place}");
        Assert.Equal(1, status);
        Assert.Contains($"entry_altered: {scene.Chain}: entry {Place} was altered", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("DELETE FROM audit_entries WHERE number = 4", "entries_missing", "entries 4 to 4 are missing")]
    [InlineData("DELETE FROM audit_entries WHERE number = 1", "start_missing", "entries 1 to 1 are missing")]
    [InlineData("DELETE FROM audit_entries WHERE number >= 6", "end_missing", "entries 6 to 7 are missing")]
    [InlineData("DELETE FROM audit_entries", "chain_missing", "nothing is there")]
    [InlineData(
        "DELETE FROM audit_entries; DELETE FROM audit_heads; DELETE FROM audit_chains", "chain_missing",
        "nothing is there")]
    [InlineData(
        "UPDATE audit_entries SET number = 100 WHERE number = 4; UPDATE audit_entries SET number = 4 WHERE number = 5; "
        + "UPDATE audit_entries SET number = 5 WHERE number = 100",
        "entry_misplaced", "entry 4 was written as entry 5")]
    [InlineData("UPDATE audit_entries SET chain_id = 'x' WHERE number = 4", "entry_unreadable", "was altered")]
    [InlineData(
        "UPDATE audit_entries SET chain_id = '00000000000000000000000000000000' WHERE number = 4", "entries_missing",
        "entries 4 to 4 are missing")]
    [InlineData("UPDATE audit_heads SET jws = jws || 'A' WHERE head_id = 1", "head_untrusted", "Malformed")]
    public async Task What_is_deleted_moved_or_altered_in_heads_is_found(string sql, string fault, string words)
    {
        (int status, string output) = await scene.VerifyAsync(sql);
        Assert.Equal(1, status);
        Assert.Contains(output.Split('\n'), line => line.StartsWith(fault + ":", StringComparison.Ordinal)
            && line.Contains(words, StringComparison.Ordinal));
    }

    /// <summary>With right hashes, and the chain's row with them, and every head gone from the database.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(Place)]
    [InlineData(AuditScene.Vouched)]
    public async Task A_chain_rewritten_from_some_entry_on_is_found_by_an_exported_head(int from)
    {
        (int status, string output) = await scene.VerifyAsync(scene.Rewritten(from) + "; DELETE FROM audit_heads");
        Assert.Equal(1, status);
        Assert.Contains(
            $"head_contradicted: {scene.Chain}: entry {AuditScene.Vouched} is not the one", output,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_put_in_with_everything_behind_it_written_anew_is_found()
    {
        (int status, string output) = await scene.VerifyAsync(scene.Rewritten(Place, putIn: true));
        Assert.Equal(1, status);
        Assert.Contains("head_contradicted:", output, StringComparison.Ordinal);
    }

    /// <summary>The bound: what no head vouches for yet can be replaced. The command says how much that is.</summary>
    [Fact]
    public async Task What_is_behind_the_last_head_and_rewritten_with_right_hashes_is_not_found_and_is_counted()
    {
        (int status, string output) = await scene.VerifyAsync(scene.Rewritten(AuditScene.Vouched + 1));
        Assert.Equal(0, status);
        Assert.Contains(
            $"vouched for through {AuditScene.Vouched} at", output, StringComparison.Ordinal);
        Assert.Contains(
            $", {AuditScene.Entries - AuditScene.Vouched} behind it", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_root_trusts_no_head()
    {
        string other = Path.Combine(scene.Folder, "other.pub");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        ECPoint point = key.ExportParameters(false).Q;
        File.WriteAllBytes(other, [.. point.X!, .. point.Y!]);
        (int status, string output) = await scene.VerifyAsync("", root: other);
        Assert.Equal(1, status);
        Assert.Contains("head_untrusted:", output, StringComparison.Ordinal);
        Assert.Contains("no head vouches for it", output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_export_is_bad_input()
    {
        string file = Path.Combine(scene.Folder, "no-export");
        File.WriteAllText(file, "{}\n");
        Assert.Equal(2, AuditScene.Run(["verify", file, "--root", scene.Root]).Status);
        Assert.Equal(2, AuditScene.Run(["verify", file + "x", "--root", scene.Root]).Status);
    }
}
