namespace LumenLink.Bench.Device;

/// <summary>
/// What objects take on the heap of nanoFramework's CLR. Its heap hands out blocks of 12 bytes: an object is one block
/// and one for each field, whatever the field's type; an array is a head, at most 20 bytes, and its elements, a
/// reference one block; a string is a block with its UTF-8 and a NUL. All sizes that were measured on the CLR agree:
/// an object of two fields 36, of three 48, byte[0] 24, byte[16] 36, object[10] 144.
/// </summary>
internal static class NanoModel
{
    /// <summary>The unit of the heap.</summary>
    public const int Block = 12;

    private const int ArrayHead = 20;

    /// <summary>An object with so many fields, those of its bases included.</summary>
    public static int Object(int fields) => Block * (1 + fields);

    /// <summary>An array of numbers or truth values.</summary>
    public static int Array(int length, int elementBytes) => Blocks(ArrayHead + (length * elementBytes));

    /// <summary>An array of bytes.</summary>
    public static int Bytes(int length) => Array(length, 1);

    /// <summary>An array of references.</summary>
    public static int References(int length) => Array(length, Block);

    /// <summary>A string of so many ASCII characters.</summary>
    public static int String(int characters) => Blocks(Block + characters + 1);

    private static int Blocks(int bytes) => (bytes + Block - 1) / Block * Block;
}
