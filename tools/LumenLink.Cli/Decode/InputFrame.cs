namespace LumenLink.Cli.Decode;

/// <summary>One frame of the input.</summary>
/// <param name="Bytes">The frame.</param>
/// <param name="Label">Where it comes from: a line, a vector's name; empty if it is the whole input.</param>
internal sealed record InputFrame(byte[] Bytes, string Label = "");
