using System.Buffers;

namespace LumenLink.Cli.Decode;

/// <summary>
/// Hex digits as people paste them: blanks and colons between bytes, 0x before them. Positions count from 1.
/// </summary>
internal static class HexText
{
    private static readonly SearchValues<char> Separators = SearchValues.Create(" \t\r\n:");

    /// <summary>Whether the text is made of digits, separators and 0x alone, with at least one digit.</summary>
    internal static bool LooksLike(ReadOnlySpan<char> text)
    {
        bool any = false;
        for (int at = 0; at < text.Length; at++)
        {
            if (IsPrefix(text, at))
                at++;
            else if (char.IsAsciiHexDigit(text[at]))
                any = true;
            else if (!Separators.Contains(text[at]))
                return false;
        }

        return any;
    }

    /// <summary>
    /// The bytes. Each run of digits must be whole bytes: a digit lost in the middle is then found where it was lost.
    /// </summary>
    /// <param name="text">Digits and separators.</param>
    /// <param name="where">Begins the sentence of an error: "line 3", "the argument".</param>
    internal static byte[] Parse(ReadOnlySpan<char> text, string where)
    {
        var bytes = new List<byte>(text.Length / 2);
        int at = 0;
        while (at < text.Length)
        {
            if (Separators.Contains(text[at]))
                at++;
            else if (IsPrefix(text, at))
                at += 2;
            else
                at = ParseRun(text, at, where, bytes);
        }

        return bytes.Count > 0 ? [.. bytes] : throw new DecodeException($"{where} holds no hex digit; give a frame.");
    }

    private static int ParseRun(ReadOnlySpan<char> text, int at, string where, List<byte> bytes)
    {
        int start = at;
        while (at < text.Length && char.IsAsciiHexDigit(text[at]))
            at++;
        if (at < text.Length && !Separators.Contains(text[at]))
        {
            throw new DecodeException(
                $"{where}, position {at + 1}: {Shown(text[at])} is no hex digit; write two digits a byte.");
        }

        if ((at - start) % 2 != 0)
        {
            throw new DecodeException(
                $"{where}, position {at}: the digit '{text[at - 1]}' has no partner, because the digits from position "
                    + $"{start + 1} are {at - start}, an odd number; write two digits a byte.");
        }

        bytes.AddRange(Convert.FromHexString(text[start..at]));
        return at;
    }

    /// <summary>0x counts only where a byte may begin: "10x1" is a slip of the hand, not a prefix.</summary>
    private static bool IsPrefix(ReadOnlySpan<char> text, int at) =>
        (at == 0 || Separators.Contains(text[at - 1])) && text[at] == '0'
            && at + 1 < text.Length && text[at + 1] is ('x' or 'X');

    private static string Shown(char character) =>
        char.IsControl(character) || char.IsSurrogate(character) ? $"U+{(int)character:X4}" : $"'{character}'";
}
