using System.Text.RegularExpressions;
using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol;

public sealed class SpecificationTests
{
    private static readonly string Readme = File.ReadAllText(
        Path.Combine(VectorMaker.VectorFiles.RepositoryRoot, "shared-protocol", "README.md"));

    [Fact]
    public void The_tables_say_what_the_code_does()
    {
        Assert.Empty(Specification.Differences(Readme));
    }

    /// <summary>Each row of the compared tables, its number changed: the comparison must notice every one.</summary>
    [Fact]
    public void Every_changed_number_is_noticed()
    {
        string[] lines = Readme.Split('\n');
        int tried = 0;
        for (int i = 0; i < lines.Length; i++)
        {
            Match number = Regex.Match(lines[i], @"^\| (?:[+-]?(?:0x[0-9A-F])?|[A-Z]\w+ \| )(\d+) \|");
            if (!number.Success)
            {
                continue;
            }

            string[] changed = [.. lines];
            Group digits = number.Groups[1];
            int other = int.Parse(digits.Value, System.Globalization.CultureInfo.InvariantCulture) == 1 ? 0 : 1;
            changed[i] = $"{lines[i][..digits.Index]}{other}{lines[i][(digits.Index + digits.Length)..]}";
            Assert.True(Specification.Differences(string.Join('\n', changed)).Count > 0, changed[i]);
            tried++;
        }

        Assert.True(tried > 150, $"{tried} rows");
    }

    [Fact]
    public void Every_lost_row_is_noticed()
    {
        string[] lines = Readme.Split('\n');
        Regex row = new(@"^\| (\d|0x|[+-]\d|Max|LL1)");
        foreach (int i in Enumerable.Range(0, lines.Length).Where(i => row.IsMatch(lines[i])))
        {
            string without = string.Join('\n', lines.Where((_, n) => n != i));
            Assert.True(Specification.Differences(without).Count > 0, lines[i]);
        }
    }

    [Fact]
    public void Numbers_in_the_text_are_those_of_the_code()
    {
        Assert.Contains($"{ConnectionToken.TextLength} characters:", Readme, StringComparison.Ordinal);
        Assert.Contains($"Text form: {MqttTopics.IdTextLength} characters", Readme, StringComparison.Ordinal);
        Assert.Contains($"L = {SessionKeyLayout.Size})", Readme, StringComparison.Ordinal);
        Assert.Contains(
            $"up key = OKM[{SessionKeyLayout.UpKeyOffset}..{SessionKeyLayout.DownKeyOffset - 1}], "
            + $"down key = OKM[{SessionKeyLayout.DownKeyOffset}..{SessionKeyLayout.WrapKeyOffset - 1}], "
            + $"wrap key = OKM[{SessionKeyLayout.WrapKeyOffset}..{SessionKeyLayout.Size - 1}]",
            Readme,
            StringComparison.Ordinal);
        Assert.Contains($"padded with zero bytes to {DomainPrefix.Size}", Readme, StringComparison.Ordinal);
        Assert.Contains(
            $"bits 0-{RecordHeader.ClockShift - 1}: bytes of body, at most {RecordHeader.MaxBodySize}; "
            + $"bit {RecordHeader.ClockShift}: 1 if the clock was set; bits {RecordHeader.KindShift}-15: kind |",
            Readme,
            StringComparison.Ordinal);
        string from = DateTimeOffset.FromUnixTimeMilliseconds(RecordHeader.BaseUnixMs).ToString(
            "yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Contains($"with the clock set milliseconds since {from} UTC", Readme, StringComparison.Ordinal);
        Assert.Contains($"| record_count | 0-{Bit(GroupLayout.CountMask)} |", Readme, StringComparison.Ordinal);
        Assert.Contains($"| gives_boot | {Bit(GroupLayout.GivesBoot)} |", Readme, StringComparison.Ordinal);
        Assert.Contains($"| gives_floor | {Bit(GroupLayout.GivesFloor)} |", Readme, StringComparison.Ordinal);
        Assert.Contains($"| more_follow | {Bit(GroupLayout.MoreFollow)} |", Readme, StringComparison.Ordinal);
    }

    private static int Bit(int mask) => System.Numerics.BitOperations.Log2((uint)mask);

    [Fact]
    public void Limits_fit_each_other()
    {
        Assert.True(RecordsFrameWriter.Overhead + WireLimits.MaxRecordBytes <= WireLimits.MaxFrameBytes);
        int refused = WireLimits.MaxRefused * ReceiptEntry.RefusedSize;
        int entries = WireLimits.MaxGroups * (ReceiptEntry.MinSize + WireLimits.MaxBitmapBytes + refused);
        Assert.True(ReceiptFrame.FixedSize + entries + FrameTag.Size <= WireLimits.MaxFrameBytes);
        Assert.True(AttestationResultFrame.MaxWriteSize <= WireLimits.MaxFrameBytes);
        Assert.True(EvidenceFrame.MaxWriteSize <= WireLimits.MaxFrameBytes);
        Assert.True(ConfigFrame.MinSize + WireLimits.MaxConfigBytes <= WireLimits.MaxFrameBytes);
        Assert.True(WireLimits.MaxDiagnosticsBytes <= RecordHeader.MaxBodySize);
        Assert.True(StatusBody.MaxSize <= RecordHeader.MaxBodySize);
        Assert.True(WrappedSecret.EidKeySize <= WireLimits.MaxSecretBytes);
    }
}
