using System.Diagnostics;
using System.Net.Sockets;
using LumenLink.Protocol;
using LumenLink.Simulator;
using LumenLink.Tests.Protocol;

namespace LumenLink.Tests.Simulator;

/// <summary>
/// The firmware's two boot modes on a simulated board, with a phone beside it and a finger on its button.
/// </summary>
public sealed class ProvisioningTests
{
    private static readonly Guid State = Guid.Parse("00467768-6228-2272-4663-277478268001");
    private static readonly Guid Command = Guid.Parse("00467768-6228-2272-4663-277478268003");

    [PythonFact]
    public async Task A_client_written_from_the_specification_provisions_a_beacon()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config());
        using BlePort port = new(rig.Board, rig.Scheduler);
        rig.Driven.PowerOn();
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(2));
        using Process client = Process.Start(new ProcessStartInfo("python3")
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            ArgumentList =
            {
                Path.Combine(AppContext.BaseDirectory, "improv_client.py"), $"{port.Port}", ProvisioningBoard.Ssid,
                ProvisioningBoard.Password, ProvisioningBoard.Url, $"{ProvisioningBoard.ButtonPin}",
                $"{ProvisioningBoard.LedPin}",
            },
        })!;
        Task<string> output = client.StandardOutput.ReadToEndAsync(limit.Token);
        Task<string> errors = client.StandardError.ReadToEndAsync(limit.Token);
        Task serving = port.ServeAsync(limit.Token);
        await client.WaitForExitAsync(limit.Token);
        Assert.Equal(("", "provisioned\n", 0), (await errors, await output, client.ExitCode));
        await serving;
        Assert.Equal((ProvisioningBoard.Ssid, ProvisioningBoard.Password), rig.Board.StoredNetwork);
        Assert.All(rig.Board.Console.Lines, line =>
        {
            Assert.DoesNotContain(ProvisioningBoard.Password, line, StringComparison.Ordinal);
            Assert.DoesNotContain(ProvisioningBoard.Ssid, line, StringComparison.Ordinal);
        });
        Assert.Equal(
            ["waits for the button", "identifies", "takes credentials", "tries credentials", "could not join", "done"],
            rig.Said("provisioning: ").Select(line => line["provisioning: ".Length..]).Distinct()
                .Where(line => line != "back to work"));
    }

    [Fact]
    public void A_board_without_configuration_serves_and_does_nothing_else()
    {
        using ProvisioningBoard rig = new(null);
        int connections = 0;
        rig.Board.Network.OnConnect = (_, _) =>
        {
            connections++;
            return ConnectionFate.Refused;
        };
        rig.Driven.PowerOn();
        rig.RunFor(3_600_000);
        Assert.Equal((1, true, 0L), (rig.Board.Boots, rig.Driven.IsLoopAlive, rig.Driven.LinkJobs));
        Assert.Equal((0, false), (connections, rig.Board.IsOnline));
        Assert.Empty(rig.Board.RadioLog.Windows);
        Assert.True(new SimCentral(rig.Board).Connect());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_configured_board_is_a_beacon(bool isInFile)
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config(isInFile ? ProvisioningBoard.FileNetwork : ""));
        if (!isInFile) rig.Board.StoredNetwork = (ProvisioningBoard.Ssid, ProvisioningBoard.Password);
        rig.Driven.PowerOn();
        rig.RunFor(60_000);
        Assert.True(rig.Board.IsOnline);
        Assert.NotEmpty(rig.Said("link: broker unreachable"));
        Assert.Empty(rig.Said("provisioning: "));
        Assert.False(new SimCentral(rig.Board).Connect());
    }

    [Fact]
    public void A_button_held_at_boot_provisions_and_nobody_coming_ends_it()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config(ProvisioningBoard.FileNetwork));
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 4_000);
        rig.Driven.PowerOn();
        rig.RunFor(5_000);
        Assert.Equal(["provisioning: waits for the button"], rig.Said("provisioning: "));
        rig.RunFor(590_000);
        Assert.Equal(1, rig.Board.Boots);
        rig.RunFor(60_000);
        Assert.Equal((2, true), (rig.Board.Boots, rig.Board.IsOnline));
    }

    [Fact]
    public void A_button_let_go_too_early_at_boot_means_nothing()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config(ProvisioningBoard.FileNetwork));
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 2_900);
        rig.Driven.PowerOn();
        rig.RunFor(60_000);
        Assert.Equal((1, true), (rig.Board.Boots, rig.Board.IsOnline));
    }

    [Fact]
    public void A_request_of_the_button_outlives_the_power_until_provisioning_is_left()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config(ProvisioningBoard.FileNetwork));
        rig.Driven.PowerOn();
        rig.RunFor(20_000);
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 3_500);
        rig.RunFor(10_000);
        Assert.Equal(2, rig.Board.Boots);
        Assert.Single(rig.Said("provisioning: "));
        rig.Driven.PowerOff();
        rig.Driven.PowerOn();
        rig.RunFor(10_000);
        Assert.Equal(2, rig.Said("provisioning: ").Length);
        rig.RunFor(660_000);
        Assert.Equal((4, true), (rig.Board.Boots, rig.Board.IsOnline));
        rig.Driven.PowerOff();
        rig.Driven.PowerOn();
        rig.RunFor(10_000);
        Assert.Equal(["provisioning: back to work"], rig.Said("provisioning: ")[2..]);
    }

    [Fact]
    public void Short_presses_disturb_no_beacon()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config(ProvisioningBoard.FileNetwork));
        rig.Driven.PowerOn();
        for (int press = 0; press < 5; press++)
        {
            rig.RunFor(5_000);
            rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 2_500);
        }

        rig.RunFor(60_000);
        Assert.Equal((1, 0L), (rig.Board.Boots, rig.Board.UncaughtExceptions));
    }

    [Theory]
    [InlineData(FlashFault.None)]
    [InlineData(FlashFault.PowerCutBefore)]
    [InlineData(FlashFault.PowerCutAfter)]
    public void Ten_seconds_of_the_button_erase_the_field_and_keep_what_was_deployed(FlashFault fault)
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config());
        rig.Board.StoredNetwork = (ProvisioningBoard.Ssid, ProvisioningBoard.Password);
        string flash = rig.Board.Flash.Folder;
        rig.Driven.PowerOn();
        rig.RunFor(400_000);
        Assert.NotEmpty(Directory.GetFiles(Path.Combine(flash, "queue")));
        File.WriteAllText(Path.Combine(flash, "values", "one"), "x");
        File.WriteAllText(Path.Combine(flash, "values", "two.new"), "x");
        if (fault != FlashFault.None) rig.Board.Flash.Faults = new CutAtDelete(fault);
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 11_000);
        rig.RunFor(20_000);
        if (fault != FlashFault.None)
        {
            Assert.False(rig.Board.IsPowered);
            rig.Driven.PowerOn();
            rig.RunFor(20_000);
        }

        Assert.Equal(("", ""), rig.Board.StoredNetwork);
        string reason = Path.Combine(flash, "values", "boot-reason");
        Assert.Equal([(byte)BootReason.FactoryReset], File.ReadAllBytes(reason));
        Assert.Equal(
            [Path.Combine(flash, "lumenlink.cfg"), reason],
            Directory.GetFiles(flash, "*", SearchOption.AllDirectories));
        Assert.Equal("provisioning: waits for the button", rig.Said("provisioning: ")[^1]);
    }

    [Fact]
    public void A_wrong_network_does_not_replace_the_one_that_worked()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config());
        rig.Board.StoredNetwork = (ProvisioningBoard.Ssid, ProvisioningBoard.Password);
        SimCentral phone = Authorized(rig);
        Assert.Equal(AttError.None, Send(phone, [1, 5, 1, (byte)'x', 2, (byte)'y', (byte)'z', 0x74]));
        rig.RunFor(10_000);
        Assert.Equal((ProvisioningBoard.Ssid, ProvisioningBoard.Password), rig.Board.StoredNetwork);
        Assert.Equal(["provisioning: could not join"], rig.Said("provisioning: ")[^1..]);
    }

    [Fact]
    public void A_network_given_in_the_field_wins_over_the_file()
    {
        using ProvisioningBoard rig = new(ProvisioningBoard.Config("wifi_ssid=moved\nwifi_password=away1234\n"));
        rig.Board.Network.Credentials = ("ab", "");
        SimCentral phone = Authorized(rig);
        Assert.Equal(AttError.None, Send(phone, [1, 4, 2, (byte)'a', (byte)'b', 0, 0xCA]));
        rig.RunFor(60_000);
        Assert.Equal((2, true), (rig.Board.Boots, rig.Board.IsOnline));
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 11_000);
        rig.RunFor(60_000);
        Assert.Equal((3, false), (rig.Board.Boots, rig.Board.IsOnline));
        Assert.NotEmpty(rig.Said("link: no network"));
    }

    [Fact]
    public void A_flood_of_writes_is_refused_when_there_is_no_more_room_and_then_taken_again()
    {
        using ProvisioningBoard rig = new(null);
        rig.Driven.PowerOn();
        rig.RunFor(100);
        SimCentral phone = new(rig.Board);
        Assert.True(phone.Connect());
        AttError[] answers = [.. Enumerable.Range(0, 100).Select(_ => phone.Write(Command, [0xFF], false))];
        Assert.All(answers, answer => Assert.Equal(AttError.None, answer));
        Assert.Equal((AttError)0x11, phone.Write(Command, [0xFF]));
        rig.RunFor(100);
        Assert.Equal(AttError.None, phone.Write(Command, [0xFF]));
        Assert.Equal(0, rig.Board.UncaughtExceptions);
    }

    [Fact]
    public async Task The_port_answers_nonsense_and_goes_on()
    {
        using ProvisioningBoard rig = new(null);
        using BlePort port = new(rig.Board, rig.Scheduler);
        using CancellationTokenSource limit = new(TimeSpan.FromMinutes(1));
        Task serving = port.ServeAsync(limit.Token);
        using TcpClient client = new();
        await client.ConnectAsync("127.0.0.1", port.Port, limit.Token);
        using StreamReader reader = new(client.GetStream());
        await using StreamWriter writer = new(client.GetStream()) { AutoFlush = true };
        foreach (string line in (string[])["", "{", "[]", "3", "{\"op\":\"fly\"}", "{\"op\":5}",
            "{\"op\":\"write\",\"uuid\":\"x\",\"value\":\"0\"}", "{\"op\":\"advance\"}", new string('x', 9_000)])
        {
            await writer.WriteLineAsync(line);
            Assert.Contains("\"ok\":false", await reader.ReadLineAsync(limit.Token), StringComparison.Ordinal);
        }

        await writer.WriteLineAsync("{\"op\":\"board\"}");
        Assert.Contains("\"ok\":true", await reader.ReadLineAsync(limit.Token), StringComparison.Ordinal);
        client.Close();
        await serving;
    }

    /// <summary>
    /// A phone at a board that has been told by its button to provision, and then to trust the phone.
    /// </summary>
    private static SimCentral Authorized(ProvisioningBoard rig)
    {
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 4_000);
        rig.Driven.PowerOn();
        rig.RunFor(5_000);
        SimCentral phone = new(rig.Board);
        Assert.True(phone.Connect());
        rig.Board.Gpio.Press(ProvisioningBoard.ButtonPin, 200);
        rig.RunFor(300);
        Assert.Equal(AttError.None, phone.Read(State, out byte[] state));
        Assert.Equal([2], state);
        return phone;
    }

    private static AttError Send(SimCentral phone, byte[] packet) => phone.Write(Command, packet);

    /// <summary>Cuts the power at the third file that is deleted, once.</summary>
    private sealed class CutAtDelete(FlashFault fault) : ISimFlashFaults
    {
        private int _deletes;

        public FlashFault Before(FlashOperation operation, string path, int bytes) =>
            operation == FlashOperation.Delete && ++_deletes == 3 ? fault : FlashFault.None;
    }
}
