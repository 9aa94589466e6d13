using System.Security.Cryptography;
using System.Text.Json;
using LumenLink.Rendezvous.Registry;

namespace LumenLink.Tests.Cli;

/// <summary>lumen enroll against a service that runs, with a CA's folder.</summary>
public sealed class EnrollTests
{
    private static readonly string[] Terms = ["--level", "emulated-chip", "--hardware-model", "65535"];

    [Fact]
    public async Task A_box_of_boards_is_enrolled_and_bad_lines_are_named_with_what_to_do()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        string[] keys = EnrollScene.NewKeys(4);
        byte[] last = AuthorityRun.NewKey(out ECDsa lastKey);
        string base64 = Convert.ToBase64String(Convert.FromHexString(keys[1]));
        await File.WriteAllBytesAsync(scene.Ca.Aside("two.pub"), Convert.FromHexString(keys[2]));
        await File.WriteAllTextAsync(scene.Ca.Aside("last.pem"), lastKey.ExportSubjectPublicKeyInfoPem());
        string issued = scene.Ca.Issue(keys[3]);
        string boards = scene.Write(
            "boards.csv", "name,public_key,certificate,region",
            $"zero,{keys[0]},,loft", $"one,{base64},,", "bad key,0123,,",
            "two,two.pub,,\"hall 2, east\"", $"three,,{issued},barn", "too,many,fields,in,it",
            "last,last.pem,,", $",{EnrollScene.NewKeys(1)[0]},,", "own,own-key.pem,,");
        await File.WriteAllTextAsync(scene.Ca.Aside("own-key.pem"), lastKey.ExportPkcs8PrivateKeyPem());
        string[] batch = ["batch", boards, "--ca", scene.Ca.Folder, .. Terms];
        AuthorityResult run = await scene.RunAsync(batch);
        string results = scene.Ca.Aside("boards.results.csv");
        Assert.Equal((1, $"5 enrolled, 4 refused\n{results}\n"), (run.Status, run.Output));
        string[] errors = run.Error.TrimEnd().Split('\n');
        Assert.Equal(4, errors.Length);
        Assert.StartsWith("line 4 (bad key): public_key: ", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("line 7: There are 5 fields, and 4 columns", errors[1], StringComparison.Ordinal);
        Assert.StartsWith("line 9: name must be 1 to 64 characters", errors[2], StringComparison.Ordinal);
        Assert.Contains("this is a private key", errors[3], StringComparison.Ordinal);

        var rows = EnrollScene.Results(results);
        Assert.Equal(
            ["enrolled", "enrolled", "refused", "enrolled", "enrolled", "refused", "enrolled", "refused", "refused"],
            rows.Select(row => row["outcome"]));
        Assert.Equal(
            ("2", "zero", $"{EnrollScene.IdOf(keys[0])}", "loft"),
            (rows[0]["line"], rows[0]["name"], rows[0]["beacon_id"], rows[0]["region"]));
        Assert.Equal("hall 2, east", rows[3]["region"]);
        Assert.Equal(
            scene.Ca.Index.Issued.Select(one => one.Serial).Order(),
            rows.Select(row => row["certificate_serial"]).Where(serial => serial.Length > 0).Order());
        BeaconEnrolment record = (await scene.FindAsync(Convert.ToHexStringLower(last)))!;
        Assert.Equal(("last", SecurityLevel.EmulatedChip), (record.Name, record.Level));

        // The same again: nothing is issued, nothing enrolled, and it says so.
        string before = scene.IndexText;
        AuthorityResult again = await scene.RunAsync(batch);
        Assert.Equal((1, $"0 enrolled, 5 already enrolled, 4 refused\n{results}\n"), (again.Status, again.Output));
        Assert.Equal((before, 5), (scene.IndexText, await scene.CountAsync()));
        Assert.Equal(
            rows.Select(row => row["certificate_serial"]),
            EnrollScene.Results(results).Select(row => row["certificate_serial"]));
    }

    [Fact]
    public async Task Boards_are_enrolled_where_they_are_and_half_a_place_is_named()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        string[] keys = EnrollScene.NewKeys(4);
        string boards = scene.Write(
            "boards.csv", "public_key,name,latitude,longitude", $"{keys[0]},roof,-33.86882,151.20929",
            $"{keys[1]},attic,,", $"{keys[2]},half,52.5,", $"{keys[3]},comma,\"52,5\",13");
        AuthorityResult run = await scene.RunAsync(["batch", boards, "--ca", scene.Ca.Folder, .. Terms]);
        Assert.StartsWith("2 enrolled, 2 refused\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(2, run.Error.Split("A place is a latitude from -90 to 90").Length - 1);
        Assert.Equal(new GeoPoint(-338_688_200, 1_512_092_900), (await scene.FindAsync(keys[0]))!.Location);
        Assert.Null((await scene.FindAsync(keys[1]))!.Location);
        (await scene.RunAsync(
            ["--public-key", keys[2], "--name", "one", "--at", "-1.5,2", "--ca", scene.Ca.Folder, .. Terms])).IsDone();
        Assert.Equal(new GeoPoint(-15_000_000, 20_000_000), (await scene.FindAsync(keys[2]))!.Location);
    }

    [Fact]
    public async Task A_batch_that_was_cut_off_is_gone_on_with_and_nothing_is_done_twice()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        string[] keys = EnrollScene.NewKeys(4);
        string boards = scene.Write(
            "boards.csv", ["public_key,name", .. keys.Select((key, i) => $"{key},board {i}")]);
        string[] batch = ["batch", boards, "--ca", scene.Ca.Folder, .. Terms];
        scene.CallsLeft = 3; // two for the first board; the second has its certificate issued, and is not enrolled
        AuthorityResult cut = await scene.RunAsync(batch);
        Assert.Equal(1, cut.Status);
        Assert.StartsWith("1 enrolled, 3 not tried\n", cut.Output, StringComparison.Ordinal);
        Assert.StartsWith("error: stopped at line 3: The service at", cut.Error, StringComparison.Ordinal);
        Assert.Equal((1, 2), (await scene.CountAsync(), scene.Ca.Index.Issued.Count));

        scene.CallsLeft = null;
        AuthorityResult rest = (await scene.RunAsync(batch)).IsDone();
        Assert.StartsWith("3 enrolled, 1 already enrolled\n", rest.Output, StringComparison.Ordinal);
        Assert.Equal((4, 4), (await scene.CountAsync(), scene.Ca.Index.Issued.Count));
    }

    [Fact]
    public async Task A_certificate_that_a_power_cut_kept_from_its_file_is_issued_anew()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        string key = AuthorityRun.NewKey();
        File.Delete(scene.Ca.Issue(key));
        AuthorityResult run = await scene.RunAsync(
            ["--public-key", key, "--name", "attic", "--ca", scene.Ca.Folder, .. Terms]);
        run.IsDone();
        Assert.Equal(2, scene.Ca.Index.Issued.Count);
        Assert.Contains(scene.Ca.Index.Issued[1].Serial, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_dry_run_checks_everything_without_the_CAs_key_and_changes_nothing()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        string[] keys = EnrollScene.NewKeys(2);
        string boards = scene.Write(
            "boards.csv", "public_key,name,level", $"{keys[0]},attic,", $"{keys[1]},cellar,secure_element");
        string before = scene.IndexText;
        AuthorityResult run = await scene.RunAsync(
            hasPassphrase: false, ["batch", boards, "--ca", scene.Ca.Folder, "--dry-run", .. Terms]);
        Assert.Equal(1, run.Status);
        Assert.StartsWith("dry run, nothing changed: 1 enrolled, 1 refused\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(
            "line 3 (cellar): A development CA cannot vouch for a secure element. (level_not_allowed)\n", run.Error);
        Assert.Equal((before, 0), (scene.IndexText, await scene.CountAsync()));
        Assert.False(Directory.Exists(scene.Ca.In("issued")));
    }

    [Fact]
    public async Task Nothing_is_issued_to_a_board_that_the_service_refuses()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        using AuthorityRun stranger = new();
        stranger.Run("init", "--development").IsDone();
        AuthorityResult run = await scene.RunAsync(
            ["--public-key", AuthorityRun.NewKey(), "--name", "attic", "--ca", stranger.Folder, .. Terms]);
        run.IsRefusedWith(1, "a pinned device CA", "certificate_untrusted");
        Assert.Empty(stranger.Index.Issued);
    }

    [Fact]
    public async Task One_board_is_enrolled_and_shown_as_the_service_answers()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        string key = AuthorityRun.NewKey();
        string[] one = ["--public-key", key, "--name", "attic", "--region", "loft", "--ca", scene.Ca.Folder, .. Terms];
        string line = (await scene.RunAsync(one)).IsDone().Output;
        Assert.Equal(
            $"{EnrollScene.IdOf(key)} attic: enrolled, region loft, certificate {scene.Ca.Index.Issued[0].Serial}\n",
            line);
        using JsonDocument told = JsonDocument.Parse((await scene.RunAsync([.. one, "--json"])).IsDone().Output);
        Assert.Equal("already_enrolled", told.RootElement.GetProperty("outcome").GetString());
        (await scene.RunAsync(["--public-key", key, "--name", "cellar", "--ca", scene.Ca.Folder, .. Terms]))
            .IsRefusedWith(1, "with another name, region", "enrolment_differs");
        (await scene.RunAsync(["--name", "attic", .. Terms])).IsRefusedWith(2, "public_key");
        (await scene.RunAsync(["--public-key", AuthorityRun.NewKey(), "--name", "x", .. Terms]))
            .IsRefusedWith(2, "--ca");
    }

    [Fact]
    public async Task A_group_spreads_a_batch_until_it_is_full_or_closed()
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        string until = DateTimeOffset.UtcNow.AddDays(2).ToString("yyyy-MM-dd", null);
        string[] create =
        [
            "group", "create", "spring", "--ca", scene.Ca.Folder, "--level", "emulated-chip", "--hardware-model",
            "65535", "--region", "hall-1=3", "--region", "hall-2=1", "--max-boards", "3", "--open-until", until,
        ];
        string made = (await scene.RunAsync(create)).IsDone().Output;
        Assert.Equal($"spring: open, 0 of 3 boards, until {until} 00:00 UTC, emulated_chip, hall-1=3 hall-2=1\n", made);
        Assert.Equal(made, (await scene.RunAsync(create)).IsDone().Output);
        string[] keys = EnrollScene.NewKeys(4);
        string boards = scene.Write("boards.csv", ["public_key", .. keys]);
        AuthorityResult run = await scene.RunAsync("batch", boards, "--group", "spring", "--ca", scene.Ca.Folder);
        Assert.Equal(1, run.Status);
        Assert.StartsWith("3 enrolled, 1 refused\n", run.Output, StringComparison.Ordinal);
        Assert.Equal("line 5: The group has its 3 boards: make another one. (group_full)\n", run.Error);
        var rows = EnrollScene.Results(scene.Ca.Aside("boards.results.csv"));
        EnrolmentGroup group = (await scene.Store.FindGroupAsync(1, "spring", default))!;
        foreach ((string key, var row) in keys.Zip(rows).Take(3))
        {
            string region = group.RegionOf(SHA256.HashData(Convert.FromHexString(key)));
            Assert.Equal((region, $"{region}-{row["beacon_id"]}"), (row["region"], row["name"]));
        }

        (await scene.RunAsync("group", "weigh", "spring", "--region", "barn=1")).IsDone();
        Assert.StartsWith(
            "0 enrolled, 3 already enrolled, 1 refused\n",
            (await scene.RunAsync("batch", boards, "--group", "spring", "--ca", scene.Ca.Folder)).Output,
            StringComparison.Ordinal);
        Assert.StartsWith(
            "spring: closed, 3 of 3", (await scene.RunAsync("group", "close", "spring")).IsDone().Output,
            StringComparison.Ordinal);
        Assert.EndsWith("barn=1\n", (await scene.RunAsync("group", "list")).IsDone().Output, StringComparison.Ordinal);
        (await scene.RunAsync("group", "close", "winter")).IsRefusedWith(1, "group_unknown");
        Assert.Equal(3, scene.Ca.Index.Issued.Count); // the fourth board got none
    }

    [Theory]
    [InlineData("public_key,nmae", "column \"nmae\" is none of")]
    [InlineData("name,region", "public_key or certificate")]
    [InlineData("name,name,public_key", "each column once")]
    [InlineData("", "column \"a\" is none of")]
    public async Task A_file_that_is_none_of_boards_is_refused_before_anything_is_asked(string header, string words)
    {
        await using EnrollScene scene = await EnrollScene.StartAsync();
        scene.CallsLeft = 0;
        string boards = scene.Write("boards.csv", header, $"a,{AuthorityRun.NewKey()},b");
        (await scene.RunAsync("batch", boards)).IsRefusedWith(2, words);
        Assert.False(File.Exists(scene.Ca.Aside("boards.results.csv")));
        (await scene.RunAsync("batch", boards, "--out", boards)).IsRefusedWith(2, "--out");
        (await scene.RunAsync("batch", scene.Ca.Aside("nowhere.csv"))).IsRefusedWith(2, "nowhere.csv");
        (await scene.RunAsync("group", "weigh", "spring", "--region", "barn")).IsRefusedWith(2, "NAME=WEIGHT");
    }
}
