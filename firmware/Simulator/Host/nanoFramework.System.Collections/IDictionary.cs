namespace System.Collections;

/// <summary>A key and its value; a class here.</summary>
public class DictionaryEntry(object key, object? value)
{
    public object Key = key;
    public object? Value = value;
}

/// <summary>A table of keys and values.</summary>
public interface IDictionary : ICollection, IEnumerable
{
    bool IsReadOnly { get; }

    bool IsFixedSize { get; }

    ICollection Keys { get; }

    ICollection Values { get; }

    object? this[object key] { get; set; }

    void Add(object key, object? value);

    void Clear();

    bool Contains(object key);

    void Remove(object key);
}

/// <summary>Goes through a table.</summary>
public interface IDictionaryEnumerator : IEnumerator
{
    object Key { get; }

    object? Value { get; }

    DictionaryEntry Entry { get; }
}
