using System.Text;
using LumenLink.Beacon;
using LumenLink.Beacon.Provisioning;
using LumenLink.Beacon.Time;

namespace LumenLink.Tests.Firmware.Core;

/// <summary>The service of Improv via BLE, by the bytes of its public specification.</summary>
public class ImprovTests
{
    private const string Url = "https://lumen.example/welcome";

    private readonly Client client = new();
    private readonly ImprovService service;

    public ImprovTests()
    {
        service = new ImprovService(client, ["lumenlink-beacon", "1.2.3.4", "ESP32-S3", "Lumen-0A0B0C"]);
    }

    [Fact]
    public void The_packet_of_the_specification_is_understood()
    {
        service.Authorize(0);
        Send([0x01, 0x1E, 0x0C, .. "MyWirelessAP"u8, 0x10, .. "mysecurepassword"u8, 0xC0]);
        Assert.Equal(("MyWirelessAP", "mysecurepassword"), (service.Ssid, service.Password));
        Assert.Equal(["state 2", "state 3"], client.Said);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(20)]
    public void A_packet_may_come_in_pieces(int size)
    {
        service.Authorize(0);
        byte[] packet = Settings("net", "password");
        foreach (byte[] piece in packet.Chunk(size)) Send(piece);
        Assert.Equal(("net", "password"), (service.Ssid, service.Password));
        Send(Packet(3));
        Assert.Equal(3, client.Result[0]);
    }

    [Fact]
    public void Nothing_is_tried_before_the_button_and_a_minute_after_it()
    {
        Send(Settings("net", "password"));
        Assert.Equal(["error 4"], client.Said);
        service.Authorize(1_000);
        Assert.Equal(60_000, service.Step(1_000));
        service.Step(60_999);
        Assert.Equal(ImprovState.Authorized, service.State);
        service.Step(61_000);
        Assert.Equal(["error 4", "state 2", "state 1"], client.Said);
        Send(Settings("net", "password"), 61_000);
        Assert.Equal(["error 0", "error 4"], client.Said.Skip(3));
        Assert.Equal("", service.Ssid);
    }

    [Fact]
    public void A_late_packet_is_refused_even_if_nobody_let_the_time_pass()
    {
        service.Authorize(0);
        Send(Settings("net", "password"), 60_000);
        Assert.Equal(["state 2", "state 1", "error 4"], client.Said);
    }

    [Fact]
    public void Wrong_credentials_are_told_and_the_minute_begins_again()
    {
        service.Authorize(0);
        Send(Settings("net", "wrong"));
        service.Step(600_000);
        Assert.Equal(ImprovState.Provisioning, service.State);
        service.JoinEnded(false, Url, 700_000);
        Assert.Equal(["state 2", "state 3", "error 3", "state 2"], client.Said);
        Assert.Equal(("", ""), (service.Ssid, service.Password));
        Send(Settings("net", "right"), 759_999);
        Assert.Equal(["error 0", "state 3"], client.Said.Skip(4));
    }

    [Theory]
    [InlineData(Url)]
    [InlineData("")]
    public void Right_credentials_give_the_page_to_go_on_with(string url)
    {
        service.Authorize(0);
        Send(Settings("net", ""));
        service.JoinEnded(true, url, 10);
        Assert.Equal(["state 2", "state 3", "state 4"], client.Said);
        Assert.Equal(url.Length == 0 ? Packet(1) : Packet(1, Text(url)), client.Result);
        Send(Settings("other", "password"));
        service.Authorize(20);
        service.Step(1_000_000);
        Assert.Equal(ImprovState.Provisioned, service.State);
        Assert.Equal(3, client.Said.Count);
    }

    [Fact]
    public void It_says_what_it_is_without_the_button()
    {
        Assert.Equal(3, ImprovService.Capabilities);
        Send(Packet(3));
        Assert.Equal(
            Packet(3, [.. Text("lumenlink-beacon"), .. Text("1.2.3.4"), .. Text("ESP32-S3"), .. Text("Lumen-0A0B0C")]),
            client.Result);
        Assert.Empty(client.Said);
    }

    [Fact]
    public void It_shows_which_one_it_is_for_a_while()
    {
        Send(Packet(2), 100);
        Assert.True(service.IsIdentifying(100));
        Assert.Equal(DeviceLimits.IdentifyMs, service.Step(100));
        Assert.False(service.IsIdentifying(100 + DeviceLimits.IdentifyMs));
        Assert.Empty(client.Said);
    }

    [Theory]
    [InlineData("02 00 03", 1)] // checksum
    [InlineData("02 00 02 00", 1)] // more than announced
    [InlineData("02 00 02 02 00 02", 1)]
    [InlineData("02 01 00 03", 1)] // data where none belongs
    [InlineData("03 01 00 04", 1)]
    [InlineData("04 00 04", 2)] // scan, which is not offered
    [InlineData("00 00 00", 2)]
    [InlineData("FF 00 FF", 2)]
    [InlineData("FF 00 FE", 1)] // the checksum comes first
    [InlineData("01 00 01", 1)] // no strings
    [InlineData("01 01 05 07", 1)]
    [InlineData("01 02 00 00 03", 1)] // no name
    [InlineData("01 02 01 61 65", 1)] // no password
    [InlineData("01 03 01 61 00 66", 0)] // an open network
    [InlineData("01 04 01 61 01 62 CA", 0)]
    [InlineData("01 05 01 61 01 62 00 CB", 1)] // more data than strings
    [InlineData("01 04 01 61 02 62 CB", 1)] // the string runs over the end
    [InlineData("01 04 FF 61 01 62 C8", 1)]
    [InlineData("01 03 01 00 00 05", 1)] // NUL
    [InlineData("01 03 01 FF 00 04", 1)] // no UTF-8
    public void What_is_no_command_is_answered_by_its_error(string hex, int error)
    {
        service.Authorize(0);
        Send(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)));
        Assert.Equal((ImprovError)error, service.Error);
        Assert.Equal(error == 0 ? ImprovState.Provisioning : ImprovState.Authorized, service.State);
        Assert.Empty(client.Result);
        if (error == 0) return;
        Send(Packet(3));
        Assert.Equal((ImprovError.None, 3), (service.Error, client.Result[0]));
    }

    [Theory]
    [InlineData(32, 64, 0)]
    [InlineData(33, 8, 1)]
    [InlineData(1, 65, 1)]
    public void Names_and_passwords_have_their_lengths(int name, int password, int error)
    {
        service.Authorize(0);
        Send(Settings(new string('n', name), new string('p', password)));
        Assert.Equal((ImprovError)error, service.Error);
    }

    [Fact]
    public void A_second_network_is_not_tried_beside_the_first()
    {
        service.Authorize(0);
        Send(Settings("net", "password"));
        Send(Settings("other", "password"));
        Assert.Equal(("net", ImprovError.NotAuthorized), (service.Ssid, service.Error));
    }

    [Fact]
    public void A_packet_without_an_end_is_given_up()
    {
        Send([0x01, 0xFF, 0x00], 0);
        Assert.Equal(DeviceLimits.ImprovPacketMs, service.Step(0));
        service.Step(DeviceLimits.ImprovPacketMs);
        Assert.Equal(["error 1"], client.Said);
        Send(Packet(3), DeviceLimits.ImprovPacketMs);
        Assert.Equal(3, client.Result[0]);
        Assert.Equal(Deadline.Never, service.Step(DeviceLimits.ImprovPacketMs));
    }

    [Fact]
    public void The_next_client_finds_nothing_of_the_one_before()
    {
        Send(Packet(9));
        Send([0x01, 0xFF]);
        service.Disconnected();
        Assert.Equal(["error 2", "error 0"], client.Said);
        Send(Packet(3));
        Assert.Equal(3, client.Result[0]);
    }

    [Fact]
    public void Any_bytes_are_taken_without_an_exception_and_none_of_them_opens_it()
    {
        var random = new Random(11);
        long now = 0;
        for (int i = 0; i < 20_000; i++)
        {
            byte[] bytes = new byte[random.Next(i % 7 == 0 ? 600 : 25)];
            random.NextBytes(bytes);
            if (bytes.Length > 2 && i % 3 == 0) bytes = Packet((byte)random.Next(1, 5), bytes[2..]);
            now += random.Next(2_000);
            Send(bytes, now);
            service.Step(now);
            Assert.Equal(ImprovState.AuthorizationRequired, service.State);
        }

        Assert.Contains("error 1", client.Said);
        Assert.Contains("error 2", client.Said);
        Assert.Contains("error 4", client.Said);
    }

    [Fact]
    public void A_result_is_cut_where_a_packet_ends()
    {
        var packet = new ImprovPacket();
        packet.Begin(ImprovCommand.DeviceInfo);
        packet.AddString(new byte[200]);
        packet.AddString(new byte[200]);
        packet.AddString(new byte[200]);
        packet.End();
        Assert.Equal((ImprovPacket.MaxBytes, 255), (packet.Length, packet.DataLength));
        Assert.True(packet.IsWhole && packet.IsIntact);
    }

    [Theory]
    [InlineData("61", true)]
    [InlineData("C3A9", true)]
    [InlineData("E282AC", true)]
    [InlineData("F09F9880", true)]
    [InlineData("6100", false)]
    [InlineData("C0AF", false)]
    [InlineData("C3", false)]
    [InlineData("C361", false)]
    [InlineData("E08080", false)]
    [InlineData("EDA080", false)]
    [InlineData("F0808080", false)]
    [InlineData("F4908080", false)]
    [InlineData("F5808080", false)]
    [InlineData("80", false)]
    public void Text_is_taken_as_strict_utf8(string hex, bool isValid)
    {
        byte[] bytes = Convert.FromHexString(hex);
        Assert.Equal(isValid, Utf8Text.IsValid(bytes, 0, bytes.Length));
    }

    internal static byte[] Packet(byte command, params byte[] data)
    {
        byte[] packet = [command, (byte)data.Length, .. data];
        return [.. packet, (byte)packet.Sum(one => one)];
    }

    internal static byte[] Settings(string ssid, string password) => Packet(1, [.. Text(ssid), .. Text(password)]);

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.UTF8.GetBytes(text)];

    private void Send(byte[] bytes, long nowMs = 0) => service.Receive(bytes, bytes.Length, nowMs);

    private sealed class Client : IImprovClient
    {
        public List<string> Said { get; } = [];

        public byte[] Result { get; private set; } = [];

        public void ShowState(ImprovState state) => Said.Add($"state {(int)state}");

        public void ShowError(ImprovError error) => Said.Add($"error {(int)error}");

        public void ShowResult(byte[] packet, int count) => Result = packet[..count];
    }
}
