/** Other libraries by the contracts of the kit, and the page that says what came of it. */
package dev.reliability.example.peers;
