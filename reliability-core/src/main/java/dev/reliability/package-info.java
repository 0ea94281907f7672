/**
 * The vocabulary of the library: what a task is, what a policy does with it, what it tells about it.
 *
 * <p>Every parameter and result in the packages of this library is non-null unless it is marked {@code @Nullable}; a
 * null argument where none is allowed throws {@link NullPointerException} with the name of the parameter.
 */
@NullMarked
package dev.reliability;

import org.jspecify.annotations.NullMarked;
