using LumenLink.Protocol;

namespace LumenLink.Tests.Protocol;

/// <summary>Bodies of posts: what is appended is found again, what does not fit is refused by name.</summary>
public sealed class FrameListTests
{
    [Fact]
    public void As_many_of_the_longest_frames_as_allowed_fit_and_one_more_does_not()
    {
        byte[] body = new byte[WireLimits.MaxPostBytes + 100];
        byte[] frame = new byte[WireLimits.MaxFrameBytes];
        int length = 0;
        for (int i = 0; i < WireLimits.MaxPostFrames; i++)
        {
            frame[0] = (byte)i;
            length = FrameList.Append(body, length, frame, frame.Length);
        }

        Assert.Equal(WireLimits.MaxPostBytes, length);
        Assert.Equal(WireError.None, FrameList.Check(body, length));
        Assert.Equal(-1, FrameList.Append(body, length, frame, 1));
        int at = 0;
        for (int i = 0; i < WireLimits.MaxPostFrames; i++, at += FrameList.LengthSize + frame.Length)
        {
            Assert.Equal(frame.Length, FrameList.LengthAt(body, at));
            Assert.Equal(i, body[at + FrameList.LengthSize]);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(WireLimits.MaxFrameBytes + 1)]
    public void What_is_no_frame_is_not_appended(int count) => Assert.Equal(
        -1, FrameList.Append(new byte[5000], 0, new byte[3000], count));

    [Fact]
    public void A_body_without_room_takes_nothing() =>
        Assert.Equal(-1, FrameList.Append(new byte[9], 3, new byte[5], 5));

    [Fact]
    public void Each_malformed_body_has_its_error()
    {
        (WireError Error, byte[] Body)[] cases =
        [
            (WireError.None, []), (WireError.None, [1, 0, 9]),
            (WireError.TooShort, [1]), (WireError.TooShort, [2, 0, 9]),
            (WireError.TooShort, [1, 0, 9, 1]), (WireError.LengthInvalid, [0, 0]),
            (WireError.LengthInvalid, [1, 8, .. new byte[2049]]), (WireError.LengthInvalid, [0xFF, 0xFF]),
            (WireError.CountInvalid, [.. Enumerable.Repeat<byte[]>([1, 0, 9], 9).SelectMany(frame => frame)]),
            (WireError.TooLong, new byte[WireLimits.MaxPostBytes + 1]),
        ];
        foreach ((WireError error, byte[] body) in cases)
            Assert.Equal((error, body.Length), (FrameList.Check(body, body.Length), body.Length));
    }

    [Fact]
    public void Random_bytes_are_followed_to_their_end_or_refused()
    {
        Random random = new(7);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] body = new byte[random.Next(40)];
            random.NextBytes(body);
            for (int at = 1; at < body.Length; at += 2)
                body[at] &= 1;
            if (FrameList.Check(body, body.Length) != WireError.None)
                continue;
            int end = 0;
            while (end < body.Length)
                end += FrameList.LengthSize + FrameList.LengthAt(body, end);
            Assert.Equal(body.Length, end);
        }
    }
}
